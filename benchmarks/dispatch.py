"""How fast and how well orders are given out: `--help` names the parts. What it does is in the folder of the same name."""

import sys
from pathlib import Path

PARTS = Path(__file__).resolve().with_suffix("")
sys.path[:0] = [str(PARTS.parent.parent), str(PARTS)]

from command import main  # noqa: E402

if __name__ == "__main__":
    main()
