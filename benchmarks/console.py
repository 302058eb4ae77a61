"""How quick the operators' pages are in a big town, with thirty of them open: `--help` tells how."""

import sys
from pathlib import Path

PARTS = Path(__file__).resolve().with_suffix("")
sys.path[:0] = [str(PARTS.parent.parent), str(PARTS)]

from look import main  # noqa: E402

if __name__ == "__main__":
    main()
