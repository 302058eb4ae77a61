"""`linli operator`: who may sign in to the console."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import click

from models.base import utc_now
from models.database import session_maker
from models.operators import Operator, Role
from models.settings import load_settings
from operator_console.operators import OperatorRefused, add_operator, change_password, operator_by_login


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


@operator.command("password")
@click.argument("login")
@click.password_option(prompt="新密码 / new password", help="密码，不写则会询问 / password; asked for when left out")
def password(login: str, password: str) -> None:
    """换密码，并结束其所有登录 / Give an account another password, and end all its visits."""
    with _changed(login) as found:
        try:
            change_password(found, password)
        except OperatorRefused as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"密码已换 / the password is changed: {login}")


@operator.command("new-code")
@click.argument("login")
def new_code(login: str) -> None:
    """手机丢了：下次登录时重新设置验证码 / The telephone is lost: one-time codes are set up anew at the next sign-in."""
    with _changed(login) as found:
        found.totp_secret, found.totp_last = "", 0
    click.echo(f"下次登录时重新设置验证码 / codes are set up anew at the next sign-in: {login}")


@operator.command("end-visits")
@click.argument("login")
def end(login: str) -> None:
    """结束其在所有浏览器里的登录 / Sign an account out everywhere."""
    with _changed(login):
        pass
    click.echo(f"已全部退出 / signed out everywhere: {login}")


@contextmanager
def _changed(login: str) -> Iterator[Operator]:
    """An account that is changed from here: its visits end with it."""
    with session_maker(load_settings().database).begin() as session:
        found = operator_by_login(session, login)
        if found is None:
            raise click.ClickException(f"没有这个登录名 / there is no login {login}")
        yield found
        found.visits_from = utc_now() + timedelta(seconds=1)  # one that began in this second too
