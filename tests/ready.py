"""Make what tests share, all at once: `python -m tests.ready`. A test that is run alone makes itself what is not there."""

import shutil
from concurrent.futures import ProcessPoolExecutor

from linli.service_user import place_data_dir, service_account
from tests.dispatch.servers import DESCRIPTION, install_prism
from tests.installed import installed_asterisk
from tests.learned import learned_folder
from tests.rendered import rendered_prompts


def main() -> None:
    """Learn and speak on a core each, and wait for the network meanwhile."""
    account = service_account()
    if account:  # who may not be allowed into the clone
        place_data_dir(account)
    works = [learned_folder, rendered_prompts, installed_asterisk]
    if DESCRIPTION.is_file() and shutil.which("npm"):
        works.append(install_prism)
    with ProcessPoolExecutor(len(works)) as processes:
        for work in [processes.submit(work) for work in works]:
            work.result()
    if account:  # whose programs write there too
        place_data_dir(account)


if __name__ == "__main__":
    main()
