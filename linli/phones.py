"""Which telephones are registered with the running exchange."""

from asterisk.manager import ManagerException

from exchange.ami import AsteriskManager
from models.database import session_maker
from models.devices import devices_with_account
from models.secrets import own_secret
from models.settings import Settings

_PATIENCE_S = 3.0
_REACHABLE = {"NOT_INUSE", "INUSE", "BUSY", "RINGING", "RINGINUSE", "ONHOLD"}


def registered_phones(settings: Settings) -> dict[str, bool] | None:
    """Each telephone that the exchange knows and whether it is registered; None when the exchange cannot be asked."""
    with session_maker(settings.database)() as session:
        names = [device.account for device in session.scalars(devices_with_account())]
    seats = range(1, settings.operator_seats + 1)
    names += [f"{kind}-{seat}" for kind in ("desk", "operator") for seat in seats]
    manager = AsteriskManager("127.0.0.1", settings.ami_port, "linli", own_secret(settings, "ami"))
    manager.start()
    try:
        if not manager.wait_connected(_PATIENCE_S):
            return None
        states = {name: _state_of(name, manager) for name in names}
    except ManagerException:
        return None
    finally:
        manager.close()
    return {name: state in _REACHABLE for name, state in states.items()} if all(states.values()) else None


def _state_of(name: str, manager: AsteriskManager) -> str:
    answer = manager.send_action({"Action": "Getvar", "Variable": f"DEVICE_STATE(PJSIP/{name})"})
    return str(answer.get_header("Value", ""))
