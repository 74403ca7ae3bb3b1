"""Where the app is served, and what of Gradio's variables is left."""

import socket
from pathlib import Path

import pytest

from demos.common.errors import BadInput
from demos.common.launch import (
    Certificate,
    addresses,
    check_address,
    check_environment,
    close_environment,
    proxy_names,
)
from tests.conftest import certificate


def test_of_gradios_variables_only_those_that_are_honoured_are_left() -> None:
    environment = {"GRADIO_SHARE": "True", "GRADIO_DEFAULT_CONCURRENCY_LIMIT": "many", "GRADIO_VIBE_MODE": "1"}
    environment |= {"GRADIO_ROOT_PATH": "/x", "HOME": "/root"}
    close_environment(environment)
    assert environment == {"GRADIO_ROOT_PATH": "/x", "HOME": "/root", "GRADIO_ANALYTICS_ENABLED": "False"}


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "7860.0", "٧٨٦٠", "9" * 5000])
def test_a_port_that_is_none_ends_the_start_with_a_sentence(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        close_environment({"GRADIO_SERVER_PORT": port})
    assert end.value.code == 2
    assert "a number from 1 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize("root", ["", "/x", "/some/where/", "https://a.example/x", "http://127.0.0.1:8000"])
def test_a_root_path_that_can_be_used(root: str) -> None:
    check_environment({"GRADIO_ROOT_PATH": root})


@pytest.mark.parametrize(
    "root", ["x", "some/where", "ftp://a.example", "https://", "//a.example", "/x?y", "http://[::1"]
)
def test_a_root_path_that_cannot(root: str) -> None:
    with pytest.raises(BadInput, match="GRADIO_ROOT_PATH"):
        check_environment({"GRADIO_ROOT_PATH": root})


def test_a_folder_for_files_is_made_and_a_file_is_none(tmp_path: Path) -> None:
    check_environment({"GRADIO_TEMP_DIR": str(tmp_path / "a" / "b")})
    assert (tmp_path / "a" / "b").is_dir()
    tmp_path.joinpath("file").touch()
    for wrong in (tmp_path / "file", tmp_path / "file" / "c", Path("/dev/null"), Path("/proc/x")):
        with pytest.raises(BadInput, match="GRADIO_TEMP_DIR"):
            check_environment({"GRADIO_TEMP_DIR": str(wrong)})


def test_names_of_proxies() -> None:
    address = {"GRADIO_ROOT_PATH": "https://School.example/glassbox"}
    assert proxy_names(["Other.example", "[::2]"], address) == {"school.example", "other.example", "::2"}
    assert proxy_names([], {"GRADIO_ROOT_PATH": "/glassbox"}) == set()
    for wrong in ("", "https://a.example", "a.example:80", "a.example/x", "[::1", "a.example:port"):
        with pytest.raises(BadInput, match="--allowed-host"):
            proxy_names([wrong], {})


def test_an_address_of_this_machine_and_a_port_in_use() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        taken.listen()
        with pytest.raises(BadInput, match=f"Port {port} is in use"):
            check_address("127.0.0.1", port)
    assert check_address("127.0.0.1", port) == "127.0.0.1"
    assert check_address("localhost", port) == "localhost"


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid", "not a host", "a" * 300, "127.0.0.1:80", "::zz"])
def test_what_is_no_address_of_this_machine(host: str) -> None:
    with pytest.raises(BadInput, match="is no address of this machine"):
        check_address(host, 7860)


def test_a_certificate_and_its_key_and_whatever_is_none(tmp_path: Path) -> None:
    certfile, keyfile = certificate(tmp_path)
    assert Certificate.of(None, None) is None
    assert Certificate.of(certfile, keyfile) == Certificate(certfile, keyfile)
    for alone in ((certfile, None), (None, keyfile)):
        with pytest.raises(BadInput, match="needs both"):
            Certificate.of(*alone)
    for missing in (tmp_path / "none.pem", tmp_path, Path("/dev/zero")):
        with pytest.raises(BadInput, match=f"There is no file “{missing}”"):
            Certificate.of(certfile, missing)
    other, _ = certificate(tmp_path / "other")
    tmp_path.joinpath("text.pem").write_text("no certificate")
    for wrong in ((other, keyfile), (keyfile, certfile), (tmp_path / "text.pem", keyfile)):
        with pytest.raises(BadInput, match="no certificate and its private key"):
            Certificate.of(*wrong)


def test_a_key_that_needs_a_password_is_refused_and_nobody_is_asked_for_it(tmp_path: Path) -> None:
    certfile, keyfile = certificate(tmp_path, "-passout", "pass:secret")
    with pytest.raises(BadInput, match="without a password"):
        Certificate.of(certfile, keyfile)


def test_the_addresses_at_which_the_app_is_found() -> None:
    assert addresses("127.0.0.1", 7860, "http") == ["http://127.0.0.1:7860"]
    assert addresses("[::1]", 7860, "https") == ["https://[::1]:7860"]
    here, *others = addresses("0.0.0.0", 7860, "https")
    assert here == "https://127.0.0.1:7860"
    for other in others:  # none without a network
        assert check_address(other.removeprefix("https://").removesuffix(":7860"), 0)
