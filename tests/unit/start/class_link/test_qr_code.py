"""A QR code is what a reader of QR codes reads as the address."""

import cv2
import numpy as np
import pytest

from demos.common.errors import BadInput
from demos.start.class_link.qr_code import LONGEST, modules


@pytest.mark.parametrize("length", [30, 60, 100, 180])
def test_a_reader_reads_the_address(length: int) -> None:
    address = ("http://192.168.0.12:7860/?lang=ko&hide=controls,lessons#gpt/attention" + "abcDEF0123-_" * 40)[:length]
    dark = modules(address)
    assert dark.shape[0] == dark.shape[1]
    assert (dark.shape[0] - 17) % 4 == 0  # ISO/IEC 18004: version v has 17 + 4 v modules a side
    picture = np.kron(np.pad(~dark, 4, constant_values=True), np.full((8, 8), 255, np.uint8)).astype(np.uint8)
    assert cv2.QRCodeDetector().detectAndDecode(picture)[0] == address


@pytest.mark.parametrize(
    "given", [None, 7, "", "glassbox", "javascript:alert(1)", "http://a b", "http://집", "http://" + "a" * LONGEST]
)
def test_what_is_no_web_address_is_refused(given: object) -> None:
    with pytest.raises(BadInput):
        modules(given)
