"""`linli doctor`: what is up, what is missing, and how to mend it."""

import json
import sys
from dataclasses import asdict

import click

from linli.checks import examine
from models.settings import load_settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="给程序读的 / for programs")
def doctor(as_json: bool) -> None:
    """检查各部分，说明如何修复 / Say what is up, what is missing and how to mend it."""
    findings = []
    for finding in examine(load_settings()):
        findings.append(finding)
        if not as_json:
            click.echo(f"{'✓' if finding.ok else '✗' if finding.needed else '–'} {finding.name}: {finding.detail}")
            if not finding.ok and finding.mend:
                click.echo(f"    → {finding.mend}")
    well = all(finding.ok or not finding.needed for finding in findings)
    if as_json:
        click.echo(
            json.dumps({"well": well, "findings": [asdict(finding) for finding in findings]}, ensure_ascii=False, indent=2)
        )
    sys.exit(0 if well else 1)
