"""`linli operator`: who may sign in to the console."""

import click

from models.database import session_maker
from models.operators import Role
from models.settings import load_settings
from operator_console.operators import OperatorRefused, add_operator


@click.group()
def operator() -> None:
    """话务员账号 / Operators' accounts."""


@operator.command("add")
@click.argument("login")
@click.option("--name", required=True, help="姓名 / name")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.OPERATOR.value, help="职责 / role")
@click.option("--seat", type=click.IntRange(min=1), help="话务台号 / number of the desk")
@click.password_option(prompt="密码 / password", help="密码，不写则会询问 / password; asked for when left out")
def add(login: str, name: str, role: str, seat: int | None, password: str) -> None:
    """新增一个账号 / Add an account."""
    with session_maker(load_settings().database)() as session:
        try:
            add_operator(session, login, name, password, role=Role(role), seat=seat)
        except OperatorRefused as error:
            raise click.ClickException(str(error)) from error
        session.commit()
    click.echo(f"已新增 / added: {login}")
