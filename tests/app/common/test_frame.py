"""The page as a whole, through its HTTP face."""

from gradio_client import Client

from demos import DEMOS


def test_every_demo_offers_its_main_endpoint(app_url: str) -> None:
    endpoints = Client(app_url, verbose=False).view_api(return_format="dict")["named_endpoints"]
    assert {name.removeprefix("/").split("_")[0] for name in endpoints} == {demo.name for demo in DEMOS}
