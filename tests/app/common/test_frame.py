"""The page as a whole, through its HTTP face."""

from demos import DEMOS
from tests.api_client import connect


def test_every_demo_offers_its_main_endpoint(app_url: str) -> None:
    endpoints = connect(app_url).view_api(return_format="dict")["named_endpoints"]
    assert {name.removeprefix("/").split("_")[0] for name in endpoints} == {demo.name for demo in DEMOS}
