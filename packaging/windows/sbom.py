#!/usr/bin/env python3
"""Prints the program's parts as CycloneDX 1.5: sbom.py TARGET [FEATURES]

What is listed is what the program is linked from: nothing of tests, nothing of build scripts, and no macros that the compiler
runs, nor what only those use."""
import json
import os
import subprocess
import sys
import uuid


def metadata(target, features):
    command = [os.environ.get("CARGO", "cargo"), "metadata", "--format-version", "1", "--locked", "--filter-platform", target]
    if features:
        command += ["--features", features]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def linked(data):
    """Returns the ids of the packages in the program, each with those that it uses."""
    nodes = {node["id"]: node for node in data["resolve"]["nodes"]}
    macros = {package["id"] for package in data["packages"] if any("proc-macro" in one["kind"] for one in package["targets"])}
    found, following = {}, [data["resolve"]["root"]]
    while following:
        one = following.pop()
        if one in found:
            continue
        normal = [dep["pkg"] for dep in nodes[one]["deps"] if any(kind["kind"] is None for kind in dep["dep_kinds"])]
        found[one] = [package for package in normal if package not in macros]
        following += found[one]
    return found


def checksums():
    """Returns the checksums of Cargo.lock, by name and version."""
    found, name, version = {}, "", ""
    with open("Cargo.lock", encoding="utf-8") as file:
        for line in file:
            key, _, value = line.strip().partition(" = ")
            value = value.strip('"')
            if key == "name":
                name = value
            elif key == "version":
                version = value
            elif key == "checksum":
                found[name, version] = value
    return found


def reference(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"


def component(package, hashes):
    found = {
        "type": "library",
        "bom-ref": reference(package),
        "name": package["name"],
        "version": package["version"],
        "purl": reference(package),
        "licenses": [{"expression": (package["license"] or "NOASSERTION").replace("/", " OR ")}],
    }
    checksum = hashes.get((package["name"], package["version"]))
    if checksum:
        found["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    return found


def main():
    target, features = sys.argv[1], " ".join(sys.argv[2:])
    data = metadata(target, features)
    packages = {package["id"]: package for package in data["packages"]}
    uses = linked(data)
    root = packages[data["resolve"]["root"]]
    hashes = checksums()
    others = sorted((packages[one] for one in uses if one != root["id"]), key=reference)
    compiler = subprocess.run([os.environ.get("RUSTC", "rustc"), "--version"], check=True, stdout=subprocess.PIPE, text=True)
    rust = {"type": "library", "bom-ref": "rust-std", "name": "Rust standard library",
            "version": compiler.stdout.split()[1], "licenses": [{"expression": "MIT OR Apache-2.0"}]}
    named = sorted((reference(packages[one]), sorted(reference(packages[dep]) for dep in deps)) for one, deps in uses.items())
    bom = {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": component(root, hashes) | {"type": "application"},
                     "properties": [{"name": "target", "value": target}]},
        "components": [component(package, hashes) for package in others] + [rust],
        "dependencies": [{"ref": name, "dependsOn": deps} for name, deps in named],
    }
    # The same parts have the same number.
    bom["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(bom, sort_keys=True))}"
    print(json.dumps(bom, indent=2, ensure_ascii=False))


main()
