# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The software bill of materials, in CycloneDX 1.6, made from the lock: every package with its version and hashes.

Usage: ``sbom.py [FILE]``. What the collection needs at run time has the scope "required"; what only its tests, linters
and documentation need has "excluded". The same lock and version give the same file, byte for byte.
"""

from __future__ import annotations

import json
import sys
import typing as t
import uuid
from pathlib import Path

import lock
import yaml
from environment import BUILD, ROOT
from packaging.utils import canonicalize_name

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://github.com/imageops/imageops.alicloud")


def ref(package: lock.Package) -> str:
    return f"pkg:pypi/{canonicalize_name(package.name)}@{package.version}"


def component(package: lock.Package, required: bool) -> dict[str, t.Any]:
    entry: dict[str, t.Any] = {
        "type": "library",
        "bom-ref": ref(package),
        "name": package.name,
        "version": package.version,
        "scope": "required" if required else "excluded",
        "purl": ref(package),
        # Of every archive that the registry has of it: which one is installed depends on the machine.
        "externalReferences": [
            {
                "type": "distribution",
                "url": ref(package),  # where it comes from is the installer's setting
                "hashes": [{"alg": "SHA-256", "content": one} for one in package.hashes],
            }
        ],
    }
    if package.marker:
        entry["properties"] = [{"name": "imageops:marker", "value": package.marker}]
    return entry


def bill(locked: str, version: str) -> dict[str, t.Any]:
    """The bill for one version of the collection."""
    found = lock.packages(locked)
    needed = lock.needed(found)
    own = f"imageops.alicloud@{version}"
    roots = sorted(ref(one) for one in found if lock.AT_RUN_TIME in one.wanted_by or one.name in lock.PLATFORM)
    links = [{"ref": own, "dependsOn": roots}]
    links += [
        {"ref": ref(one), "dependsOn": sorted({ref(other) for other in found if one.name in other.wanted_by})}
        for one in found
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, version + locked)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": "imageops.alicloud",
                "version": version,
                "licenses": [{"license": {"id": "GPL-3.0-or-later"}}],
            }
        },
        "components": [component(one, one.name in needed) for one in found],
        "dependencies": links,
    }


def write(path: Path | None = None) -> Path:
    """Write the bill of this checkout. Returns where it is."""
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"]
    path = path or BUILD / "sbom" / f"imageops-alicloud-{version}.cdx.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(bill(lock.LOCK.read_text(), version), indent=2) + "\n")
    return path


def main() -> int:
    path = write(Path(sys.argv[1]) if sys.argv[1:] else None)
    scopes = [one["scope"] for one in json.loads(path.read_text())["components"]]
    print(f"{path}: {scopes.count('required')} packages at run time, {scopes.count('excluded')} for tests and tools")
    return 0


if __name__ == "__main__":
    sys.exit(main())
