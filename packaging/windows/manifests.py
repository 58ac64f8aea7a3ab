#!/usr/bin/env python3
"""Writes the manifests of winget, Scoop and Chocolatey: manifests.py OUT VERSION ADDRESS

OUT holds the zip and the installers, and ADDRESS is where the same files can be fetched from. An installer's product code
is read with msiinfo."""
import hashlib
import json
import os
import re
import subprocess
import sys

IDENTIFIER, PUBLISHER = "spinmail.spinmail", "The spinmail authors"
ABOUT = "SharePoint's incoming e-mail settings as a file, verified against the real world"
LICENCE, HOME = "MIT OR Apache-2.0", "https://github.com/spinmail/spinmail"
WINGET = "1.6.0"


class Release:
    def __init__(self, out, version, address):
        self.out, self.version, self.address = out, version, address.rstrip("/")
        self.zip = f"spinmail-{version}-x86_64-windows.zip"
        self.machine = f"spinmail-{version}-x86_64.msi"
        self.user = f"spinmail-{version}-x86_64-user.msi"

    def url(self, name):
        return f"{self.address}/{name}"

    def checksum(self, name):
        with open(os.path.join(self.out, name), "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()

    def product_code(self, name):
        rows = subprocess.run([os.environ.get("MSIINFO", "msiinfo"), "export", os.path.join(self.out, name), "Property"],
                              check=True, stdout=subprocess.PIPE, text=True).stdout
        return re.search(r"^ProductCode\t(\{[0-9A-F-]+\})", rows, re.MULTILINE).group(1)

    def write(self, path, text):
        path = os.path.join(self.out, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)


def winget(release):
    head = f"PackageIdentifier: {IDENTIFIER}\nPackageVersion: {release.version}\n"

    def manifest(kind, text, name):
        schema = f"# yaml-language-server: $schema=https://aka.ms/winget-manifest.{kind}.{WINGET}.schema.json\n"
        end = f"ManifestType: {kind}\nManifestVersion: {WINGET}\n"
        release.write(f"winget/{IDENTIFIER}{name}.yaml", schema + head + text + end)

    manifest("version", "DefaultLocale: en-US\n", "")
    manifest("defaultLocale",
             f"PackageLocale: en-US\nPublisher: {PUBLISHER}\nPackageName: spinmail\nPackageUrl: {HOME}\nLicense: {LICENCE}\n"
             f"ShortDescription: {ABOUT}\nMoniker: spinmail\n", ".locale.en-US")
    installers = "".join(
        f"- Architecture: x64\n  InstallerType: wix\n  Scope: {scope}\n  InstallerUrl: {release.url(name)}\n"
        f"  InstallerSha256: {release.checksum(name).upper()}\n  ProductCode: '{release.product_code(name)}'\n"
        for scope, name in (("machine", release.machine), ("user", release.user)))
    manifest("installer", f"MinimumOSVersion: 10.0.14393.0\nCommands:\n- spinmail\nInstallers:\n{installers}", ".installer")


def scoop(release):
    folder = f"spinmail-{release.version}-x86_64-windows"
    release.write("scoop/spinmail.json", json.dumps({
        "version": release.version,
        "description": ABOUT,
        "homepage": HOME,
        "license": "MIT|Apache-2.0",
        "architecture": {"64bit": {
            "url": release.url(release.zip),
            "hash": release.checksum(release.zip),
            "extract_dir": folder,
        }},
        "bin": "spinmail.exe",
    }, indent=4) + "\n")


def chocolatey(release):
    release.write("chocolatey/spinmail.nuspec", f"""<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2015/06/nuspec.xsd">
  <metadata>
    <id>spinmail</id>
    <version>{release.version}</version>
    <title>spinmail</title>
    <authors>{PUBLISHER}</authors>
    <projectUrl>{HOME}</projectUrl>
    <licenseUrl>{HOME}/blob/v{release.version}/README.md</licenseUrl>
    <tags>sharepoint email smtp dns admin</tags>
    <summary>{ABOUT}</summary>
    <description>{ABOUT}</description>
  </metadata>
  <files>
    <file src="tools\\**" target="tools" />
  </files>
</package>
""")
    release.write("chocolatey/tools/chocolateyinstall.ps1", f"""$ErrorActionPreference = 'Stop'
$package = @{{
    PackageName    = 'spinmail'
    FileType       = 'msi'
    Url64bit       = '{release.url(release.machine)}'
    Checksum64     = '{release.checksum(release.machine)}'
    ChecksumType64 = 'sha256'
    SilentArgs     = '/qn /norestart'
    ValidExitCodes = @(0, 3010, 1641)
}}
Install-ChocolateyPackage @package
""")
    release.write("chocolatey/tools/chocolateyuninstall.ps1", f"""$ErrorActionPreference = 'Stop'
$package = @{{
    PackageName    = 'spinmail'
    FileType       = 'msi'
    SilentArgs     = '{release.product_code(release.machine)} /qn /norestart'
    File           = ''
    ValidExitCodes = @(0, 3010, 1605, 1614, 1641)
}}
Uninstall-ChocolateyPackage @package
""")


def main():
    release = Release(*sys.argv[1:4])
    for write in (winget, scoop, chocolatey):
        write(release)


main()
