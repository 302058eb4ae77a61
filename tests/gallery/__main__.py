"""Draw every page for the documentation: `python -m tests.gallery [FOLDER]` writes docs/screens/PAGE-WIDTH.png."""

import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from rich.progress import track

from tests.gallery.stage import gallery, new_page, signed_in_page
from tests.operator_console.chromium import running_browser

FOLDER = Path(__file__).parents[2] / "docs" / "screens"
WIDTHS = (1440, 390)
COLOURS = 64  # flat pages: a palette keeps a picture at a tenth of its size
TALLEST_PX = 4_000


def draw(folder: Path) -> None:
    """Write the pictures, and take away those of pages that there are no more. What leads elsewhere has none."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = set()
    with tempfile.TemporaryDirectory() as data, gallery(Path(data)) as (address, pages), running_browser() as browser:
        for width in WIDTHS:
            stranger, operator = new_page(browser, width), signed_in_page(browser, address, width)
            for endpoint, path in track(pages.items(), description=f"{width} px"):
                page = stranger if endpoint == "sign_in.show" else operator
                page.goto(address + path)
                page.wait_for_load_state("load")
                if urlsplit(page.url).path != urlsplit(path).path:
                    continue
                drawn.add(target := folder / f"{endpoint.replace('.', '-')}-{width}.png")
                page.screenshot(path=target, full_page=True, animations="disabled")
                picture = Image.open(target).convert("RGB")
                picture = picture.crop((0, 0, picture.width, min(picture.height, TALLEST_PX)))
                picture.quantize(COLOURS).save(target, optimize=True)
            stranger.close()
            operator.close()
    for old in set(folder.glob("*.png")) - drawn:
        old.unlink()
    print(f"{len(drawn)} 张图 / pictures: {folder}")


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
