"""Takes the pictures of docs/pictures/ from a running site with its demo project.

    make up                                   (in another window)
    python docs/screenshots.py http://127.0.0.1:8000 var/demo-accounts.txt

Every page of experts and leads is opened at 1440x900 and 1024x768 by Alex, who has all roles in the demo; each
picture becomes a WebP under 150 KiB in docs/pictures/, and docs/pictures.md shows them all.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
OUT = HERE / "pictures"
SIZES = ((1440, 900), (1024, 768))
MOST = 150 * 1024
WHO = "alex@example.org"
P = "/p/first-light"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# (name, words, address, pattern of the link on that page to follow or "")
PAGES = (
    ("my-work", "My work", "/work/", ""),
    ("my-answers", "My answers", "/work/answers/", ""),
    ("my-hours", "My hours", "/work/hours/", ""),
    ("my-habits", "My habits", "/work/habits/", ""),
    ("my-profile", "My profile", "/account/profile/", ""),
    ("notices", "Notices", "/account/notices/", ""),
    ("my-keys", "My keys", "/account/keys/", ""),
    ("photos", "Photos", f"{P}/photos/", ""),
    ("photo", "A photo and its trail", f"{P}/photos/", rf"{P}/photos/\d+/$"),
    ("campaigns", "Campaigns", f"{P}/campaigns/", ""),
    ("campaign", "A campaign", f"{P}/campaigns/", rf"{P}/campaigns/\d+/$"),
    ("new-campaign", "A new campaign", f"{P}/campaigns/new/?item_type=crop_draw", ""),
    ("results", "Results of a campaign", f"{P}/campaigns/", rf"{P}/campaigns/\d+/results/$"),
    ("flags", "Flags of a campaign", f"{P}/campaigns/", rf"{P}/campaigns/\d+/flags/$"),
    ("items", "Items of a campaign", f"{P}/campaigns/", rf"{P}/campaigns/\d+/items/"),
    ("drafts", "Drafts", f"{P}/drafts/", ""),
    ("draft", "A draft", f"{P}/drafts/", rf"{P}/drafts/\d+/$"),
    ("draft-quality", "Whether drafts get better", f"{P}/drafts/quality/", ""),
    ("quality", "Quality", f"{P}/quality/", ""),
    ("agreement", "Agreement", f"{P}/quality/agreement/", ""),
    ("raters", "Raters", f"{P}/quality/raters/", ""),
    ("people", "People", f"{P}/people/", ""),
    ("person", "A person, to the lead", f"{P}/people/", rf"{P}/people/\d+/$"),
)
# What an expert has done on a page before its picture is taken.
KEYS = {
    "guidance_review": ("ArrowDown", "ArrowDown", "1"),
    "rationale_review": ("y", "ArrowDown", "2"),
    "crop_draw": ("c", "o", "o"),
    "photo_score": ("7",),
    "crop_mos": ("4", "3"),
    "question_region": ("c",),
}


def sign_in(page: Page, site: str, accounts: Path) -> None:
    """As Alex, with the word that the demo wrote down."""
    found = re.search(rf"{re.escape(WHO)}\s+(\S+)", accounts.read_text())
    if found is None:
        raise SystemExit(f"{accounts} has no sign-in of {WHO}; start the site once with `make up`.")
    page.goto(f"{site}/sign-in/")
    page.locator("input[type=email], input[name=username], input[name=email]").first.fill(WHO)
    page.locator("input[type=password]").fill(found[1])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def keep(page: Page, name: str) -> None:
    """Stores what the window shows, as small as it has to be."""
    page.wait_for_timeout(900)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for quality in (80, 65, 50, 35, 20):
        body = io.BytesIO()
        picture.save(body, "WEBP", quality=quality, method=6)
        if body.tell() < MOST:
            break
    (OUT / f"{name}.webp").write_bytes(body.getvalue())


def studio_page(page: Page, site: str, address: str, follow: str) -> bool:
    """Opens a page, or the first page it links to that fits; False where there is none."""
    reply = page.goto(f"{site}{address}")
    if reply is None or reply.status >= 400:
        return False
    if not follow:
        return True
    links = page.locator("a[href]").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    fits = [link for link in links if re.search(follow, link)]
    if not fits and "campaigns/" in follow:  # links on the page of a campaign
        inside = [link for link in links if re.search(rf"{P}/campaigns/\d+/$", link)]
        fits = [f"{inside[0]}{follow.split('/')[-2]}/"] if inside else []
    reply = page.goto(f"{site}{fits[0]}") if fits else None
    return reply is not None and reply.status < 400


def work_pages(page: Page, site: str) -> dict[str, str]:
    """The address of one campaign's work page for each item type."""
    page.goto(f"{site}/work/")
    links = page.locator("a[href]").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    found: dict[str, str] = {}
    for link in sorted({link for link in links if re.fullmatch(r"/work/\d+/", link)}):
        page.goto(f"{site}{link}")
        module = page.locator("[data-shell]").get_attribute("data-module") or ""
        name = re.sub(r"^.*/|\.[0-9a-f]{12}\.js$|\.js$", "", module)
        found.setdefault(name, link)
    return found


def take_all(browser: Browser, site: str, accounts: Path) -> list[tuple[str, str]]:
    """All pictures in both sizes; (name, words) of those there are."""
    taken: dict[str, str] = {}
    for width, height in SIZES:
        page = browser.new_page(viewport={"width": width, "height": height})
        sign_in(page, site, accounts)
        for item_type, link in work_pages(page, site).items():
            page.goto(f"{site}{link}")
            page.wait_for_timeout(900)
            if not page.locator("[data-shell][data-item]").count():
                continue
            page.wait_for_timeout(300)
            # What was pressed for the first size is kept in the working copy.
            for key in KEYS.get(item_type, ()) if width == SIZES[0][0] else ():
                page.keyboard.press(key)
            keep(page, f"work-{item_type.replace('_', '-')}-{width}")
            taken[f"work-{item_type.replace('_', '-')}"] = f"Work: {item_type.replace('_', ' ')}"
        for name, words, address, follow in PAGES:
            if studio_page(page, site, address, follow):
                keep(page, f"{name}-{width}")
                taken[name] = words
        page.close()
    return list(taken.items())


def write_page(taken: list[tuple[str, str]]) -> None:
    """docs/pictures.md, with every picture."""
    words = (
        "# Pictures\n\nThe pages of experts and leads, taken from the demo project at 1440x900 and 1024x768 by\n"
        "`python docs/screenshots.py` ([how](screenshots.py)). Photos: `workers/demo/photos/manifest.csv`.\n"
    )
    for name, title in taken:
        shots = " ".join(f"![{title}, {w} wide](pictures/{name}-{w}.webp)" for w, _ in SIZES)
        words += f"\n## {title}\n\n{shots}\n"
    (HERE / "pictures.md").write_text(words)


def main() -> None:
    """Takes the address of the site and the file of its demo sign-ins."""
    site, accounts = sys.argv[1].rstrip("/"), Path(sys.argv[2])
    OUT.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        write_page(take_all(browser, site, accounts))
        browser.close()


if __name__ == "__main__":
    main()
