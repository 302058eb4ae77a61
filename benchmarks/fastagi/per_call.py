"""Classic AGI: Asterisk starts this script, and with it a Python, for every call. pyst2 as it is."""

from asterisk.agi import AGI

agi = AGI()
agi.noop()
agi.get_variable("CALLERID(num)")
agi.channel_status()
agi.set_variable("LINLI_PRIORITY", "5")
agi.get_full_variable("${UNIQUEID}")
agi.appexec("NoOp", "benchmark")
agi.set_variable("LINLI_OUTCOME", "goodbye")
