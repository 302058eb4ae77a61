"""The console's pages: which routes are pages, and with which example each is shown."""

from flask import Flask

from tests.gallery.community import Examples

# What a browser asks for that is no page of an operator's: parts of pages, files, sounds, and other people's doors.
NO_PAGES = {
    "alarms.recording",
    "alarms.urgent",
    "calls.recording",
    "demo_device.account",
    "device_actions.sheet",
    "devices_file.export",
    "health.show",
    "masked_numbers.number",
    "order_proofs.picture",
    "order_taking.outlook",
    "phone.account",
    "prompts.sound",
    "prompts.voice",
    "provider_door.show",
    "provider_files.export",
    "provider_page.show",
    "provider_proofs.picture",
    "provider_proofs.show_signing",
    "recording_pages.peaks",
    "reports.export",
    "residents_file.export",
    "second_step.picture",
    "services_file.export",
    "static",
    "voice_mails.sound",
}
# Where a route's example is not what its names are for elsewhere.
OTHER_EXAMPLES = {"enrolling.show": {"call_id": "unknown_call_id"}}
# What a page is told behind its address.
QUERIES = {"order_taking.show": {"resident": "resident_id", "like": "order_id"}}


# The same route with another example: a page that looks and works otherwise.
ALSO = {"desk.sos": ("desk.show", {"channel": "sos_channel"})}


def is_page(endpoint: str) -> bool:
    """Whether it is a page of its own, to be looked at by a person."""
    return endpoint not in NO_PAGES and not endpoint.endswith("live")


def addresses(app: Flask, examples: Examples) -> dict[str, str]:
    """For each page's endpoint the address of an example; raises `KeyError` where a route needs an example that there is not."""
    found = {}
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("127.0.0.1")
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or not is_page(rule.endpoint):
                continue
            other = OTHER_EXAMPLES.get(rule.endpoint, {})
            values = {name: examples.values[other.get(name, name)] for name in rule.arguments}
            values |= {name: examples.values[example] for name, example in QUERIES.get(rule.endpoint, {}).items()}
            found[rule.endpoint] = adapter.build(rule.endpoint, values)
        for name, (endpoint, others) in ALSO.items():
            found[name] = adapter.build(endpoint, {argument: examples.values[example] for argument, example in others.items()})
    return dict(sorted(found.items()))
