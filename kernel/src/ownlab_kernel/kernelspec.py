"""The kernels that this runtime offers: ours under the usual name, and whatever the user installs beside it."""

from __future__ import annotations

import sys
from pathlib import Path

from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpec, KernelSpecManager

_RESOURCES = str(Path(__file__).parent)


class RuntimeKernelSpecs(KernelSpecManager):
    """`python3` is `ownlab_kernel.kernel` in this interpreter, without a file in the environment."""

    def find_kernel_specs(self) -> dict[str, str]:
        self.ensure_native_kernel = False
        return {**super().find_kernel_specs(), NATIVE_KERNEL_NAME: _RESOURCES}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        if kernel_name != NATIVE_KERNEL_NAME:
            return super().get_kernel_spec(kernel_name)
        return KernelSpec(
            resource_dir=_RESOURCES,
            argv=[sys.executable, "-m", "ownlab_kernel.kernel", "-f", "{connection_file}"],
            display_name="Python 3",
            language="python",
            metadata={"debugger": True},
        )
