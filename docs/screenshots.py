"""Takes the pictures of docs/pictures/ from a running site with its demo project.

    make up                                   (in another window)
    python docs/screenshots.py http://127.0.0.1:8000 var/demo-accounts.txt

Pages of experts, leads and researchers are opened at 1440x900 and 1024x768: work pages and one's own
by Ines, who has answered a good part of the demo, all others by Alex, who has all roles. Each picture
becomes a WebP under 150 KiB in docs/pictures/, and docs/pictures.md shows them all.
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
LEAD, EXPERT = "alex@example.org", "ines@example.org"
P = "/p/first-light"
CAMPAIGN = "Score the photos"  # the one to show, where one is shown
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
Listed = tuple[str, str, str, str]
# (name, words, address, pattern of the link on that page to follow or "")
OWN_PAGES = (
    ("my-work", "My work", "/work/", ""),
    ("my-answers", "My answers", "/work/answers/", ""),
    ("my-hours", "My hours", "/work/hours/", ""),
    ("my-habits", "My habits", "/work/habits/", ""),
    ("my-profile", "My profile", "/account/profile/", ""),
    ("notices", "Notices", "/account/notices/", ""),
    ("my-keys", "My keys", "/account/keys/", ""),
)
PAGES = (
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
    ("dataset", "A dataset version", f"{P}/datasets/", rf"{P}/datasets/versions/\d+/$"),
    ("run", "A training run", f"{P}/training/", rf"{P}/training/\d+/$"),
    ("model", "A model", f"{P}/models/", rf"{P}/models/\d+/$"),
    ("people", "People", f"{P}/people/", ""),
    ("person", "A person, to the lead", f"{P}/people/", rf"{P}/people/(?!1/)\d+/$"),
)
# What an expert has done on a page before its picture is taken.
KEYS = {
    "guidance_review": ("ArrowDown", "ArrowDown", "1"),
    "rationale_review": ("y", "ArrowDown", "2"),
    "crop_draw": ("c", "o", "o"),
    "photo_score": ("7",),
    "crop_mos": ("4", "3"),
    "question_region": ("c",),
    "composition_review": ("c",),
    "text_pair": ("d",),
    "answer_judging": ("2", "1"),
}


def sign_in(page: Page, site: str, accounts: Path, who: str) -> None:
    """With the word that the demo wrote down."""
    found = re.search(rf"{re.escape(who)}\s+(\S+)", accounts.read_text())
    if found is None:
        raise SystemExit(f"{accounts} has no sign-in of {who}; start the site once with `make up`.")
    page.goto(f"{site}/sign-in/")
    page.locator("input[type=email], input[name=username], input[name=email]").first.fill(who)
    page.locator("input[type=password]").fill(found[1])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def keep(page: Page, name: str) -> None:
    """Stores what the window shows, as small as it has to be."""
    page.get_by_text("Being counted").first.wait_for(state="hidden", timeout=60_000)
    page.wait_for_timeout(900)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for quality in (80, 65, 50, 35, 20):
        body = io.BytesIO()
        picture.save(body, "WEBP", quality=quality, method=6)
        if body.tell() < MOST:
            break
    (OUT / f"{name}.webp").write_bytes(body.getvalue())


def studio_page(page: Page, site: str, address: str, follow: str) -> bool:
    """Opens a page, or the first page it links to that fits and is not empty; False where there is none."""
    reply = page.goto(f"{site}{address}")
    if reply is None or reply.status >= 400:
        return False
    if not follow:
        return True
    links = page.locator("a[href]").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    fits = [link for link in links if re.search(follow, link)]
    if not fits and "campaigns/" in follow:  # links on the pages of campaigns
        inside = [link for link in links if re.search(rf"{P}/campaigns/\d+/$", link)]
        fits = [f"{link}{follow.split('/')[-2]}/" for link in inside]
    if "campaigns/" in follow:
        shown = page.get_by_role("link", name=CAMPAIGN).first.get_attribute("href") or "-"
        fits.sort(key=lambda link: not link.startswith(shown))
    return any(has_something(page, f"{site}{link}") for link in fits)


def has_something(page: Page, address: str) -> bool:
    """Opens a page; False where there is none, or where it only says that nothing is there yet."""
    reply = page.goto(address)
    return reply is not None and reply.status < 400 and not page.locator("main .empty").count()


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
        page = signed_in_page(browser, site, accounts, EXPERT, (width, height))
        taken |= take_work_pages(page, site, width) | take_pages(page, site, width, OWN_PAGES)
        page.close()
        page = signed_in_page(browser, site, accounts, LEAD, (width, height))
        taken |= take_pages(page, site, width, PAGES)
        page.close()
    return list(taken.items())


def signed_in_page(
    browser: Browser, site: str, accounts: Path, who: str, size: tuple[int, int]
) -> Page:
    """A window of one person."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    sign_in(page, site, accounts, who)
    return page


def take_pages(page: Page, site: str, width: int, pages: tuple[Listed, ...]) -> dict[str, str]:
    """The listed pages that there are; words by name."""
    taken = {}
    for name, words, address, follow in pages:
        if studio_page(page, site, address, follow):
            keep(page, f"{name}-{width}")
            taken[name] = words
    return taken


def take_work_pages(page: Page, site: str, width: int) -> dict[str, str]:
    """Every item type's page that has an item; words by name."""
    taken = {}
    for item_type, link in work_pages(page, site).items():
        page.goto(f"{site}{link}")
        page.wait_for_timeout(900)
        if not page.locator("[data-shell][data-item]").count():
            continue
        page.wait_for_timeout(300)
        # What was pressed for the first size is kept in the working copy.
        for key in KEYS.get(item_type, ()) if width == SIZES[0][0] else ():
            page.keyboard.press(key)
        name = f"work-{item_type.replace('_', '-')}"
        keep(page, f"{name}-{width}")
        taken[name] = f"Work: {item_type.replace('_', ' ')}"
    return taken


def write_page(taken: list[tuple[str, str]]) -> None:
    """docs/pictures.md, with every picture."""
    words = (
        "# Pictures\n\nThe pages of experts, leads and researchers, taken from the demo project at 1440x900 and 1024x768 by\n"
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
