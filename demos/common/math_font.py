"""The font of the formulas: the part of STIX Two Math that they need, with its table for mathematics.

Without a font that has such a table (OpenType's MATH), browsers set formulas wrongly: subscripts fall to the base line,
roots and brackets do not grow. Not every machine has one.

    npm pack @fontsource/stix-two-math && tar xzf fontsource-stix-two-math-*.tgz      # version 5.3.0 was used
    pip install fonttools brotli
    python -m demos.common.math_font package/files/stix-two-math-latin-400-normal.woff2
"""

import subprocess
import sys
from pathlib import Path

FONT = Path(__file__).parent / "page" / "math.woff2"
CHARACTERS = (
    "0020-007E",  # ASCII: what stands upright
    "00AC,00B1,00B7,00D7,00F7",  # ¬ ± · × ÷
    "0391-03A9,03B1-03C9,03D1,03D5,03F1,03F5",  # Greek
    "02C6,02C7,02D8-02DC,0302,0303,0304,0307,20D7",  # accents: hat, tilde, bar, dot, arrow
    "2016,2032,2113,2190-2194,21A6,21D0-21D4",  # ‖ ′ ℓ and arrows
    "2202,2205,2207,2208,2211,220F,2212,2217,2218,221A,221D,221E,2225,222B,2248,2260,2261,2264,2265",
    "2295,2297,2299,22A4,22C5,22EF,22EE,2026,2223",  # ⊕ ⊗ ⊙ ⊤ ⋅ and dots
    "2308-230B,27E8,27E9,2061-2064",  # brackets, and what is applied without a sign
    "1D434-1D467,210E,1D6E2-1D71B",  # slanted letters: what <mi> makes of a single one
)
KEPT = ("ssty", "math", "kern", "mark", "mkmk", "ccmp")  # of the font's features; ssty draws what stands smaller


def main(source: Path) -> None:
    """Write FONT from the whole font in `source`."""
    command = [sys.executable, "-m", "fontTools.subset", str(source), f"--unicodes={','.join(CHARACTERS)}"]
    command += [f"--layout-features={','.join(KEPT)}", "--flavor=woff2", "--no-hinting", "--name-IDs=0,1,2,5,13,14"]
    subprocess.run([*command, f"--output-file={FONT}"], check=True)
    print(f"{FONT}: {FONT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
