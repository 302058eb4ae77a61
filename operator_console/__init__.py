"""The browser's door: what operators see and do, the demo's telephones, and the SMS gateway's webhooks."""
