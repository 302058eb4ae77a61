"""The work: placing orders, offering them to providers by SMS, reading the answers, and alarms."""
