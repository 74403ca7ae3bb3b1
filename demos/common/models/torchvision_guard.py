"""Make `import torchvision` work on a CPU build of torch.

torchvision 0.28 from the package index is built against CUDA. Under a CPU build of torch its extension does not load,
and the import fails with "operator torchvision::nms does not exist" because fake kernels are registered for operators
that nobody defined. Defining their schemas first is enough for transforms and models; `torchvision.ops.nms` and
`torchvision.io` stay unavailable (images are read with Pillow).
Import this module before torchvision, open_clip or timm.
"""

import torch

_library: torch.library.Library | None = None
if torch.version.cuda is None and not hasattr(torch.ops.torchvision, "nms"):
    _library = torch.library.Library("torchvision", "DEF")
    for _name in ("nms", "qnms"):
        _library.define(f"{_name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
