#!/usr/bin/env python3
"""Prints the installer's source for wixl: wxs.py FOLDER VERSION machine|user

Every file of the folder is installed; wixl has to run in it. Ids are made of names, so that they
stay the same from build to build; the package code and the times of the summary are set by packaging/windows/installer."""
import os
import sys
import uuid
from xml.sax.saxutils import quoteattr as quoted

# A later version replaces an earlier one with the same upgrade code: these never change.
UPGRADE = {"machine": "4B1D2F66-0D0B-4C7C-9C39-6E8E0F4D7A11", "user": "A0C7F0B5-6C8B-4F1E-8F0A-2B5C9D3E7F42"}
SPACE = uuid.UUID("6f0c2a52-7f0e-4b6a-9a64-2f7f0f8a5c10")
FOLDERS = {"machine": ["ProgramFiles64Folder"], "user": ["LocalAppDataFolder", "Programs"]}


def guid(*names):
    return str(uuid.uuid5(SPACE, "/".join(names))).upper()


def identifier(kind, path):
    """Returns an id that Windows Installer takes."""
    return kind + uuid.uuid5(SPACE, path).hex


class Installer:
    def __init__(self, folder, version, scope):
        self.folder, self.version, self.scope = folder, version, scope
        self.components = []
        self.lines = []

    def add(self, depth, text):
        self.lines.append("  " * depth + text)

    def component(self, depth, path, name):
        """Adds one file as a component of its own."""
        key = "Program" if path == "spinmail.exe" else identifier("c", path)
        self.components.append(key)
        self.add(depth, f'<Component Id="{key}" Guid="{guid(self.scope, path)}" Win64="yes">')
        source = quoted(path)
        file_key = "" if self.scope == "user" else ' KeyPath="yes"'
        self.add(depth + 1, f'<File Id="{identifier("f", path)}" Name={quoted(name)} Source={source}{file_key} />')
        if self.scope == "user":
            # In a profile, a value of the registry says whether a component is there.
            self.add(depth + 1, '<RegistryValue Root="HKCU" Key="Software\\spinmail\\Installed"'
                     f' Name={quoted(path)} Type="integer" Value="1" KeyPath="yes" />')
        self.add(depth, "</Component>")

    def tree(self, depth, below):
        for name in sorted(os.listdir(os.path.join(self.folder, below))):
            path = os.path.join(below, name) if below else name
            if os.path.isdir(os.path.join(self.folder, path)):
                self.add(depth, f'<Directory Id="{identifier("d", path)}" Name={quoted(name)}>')
                self.tree(depth + 1, path)
                self.add(depth, "</Directory>")
            else:
                self.component(depth, path, name)

    def source(self):
        product = guid(self.scope, "product", self.version)
        scope = {"machine": "perMachine", "user": "perUser"}[self.scope]
        self.add(0, '<?xml version="1.0" encoding="utf-8"?>')
        self.add(0, '<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">')
        self.add(1, f'<Product Id="{product}" Name="spinmail" Language="1033" Version="{self.version}"'
                 f' Manufacturer="The spinmail authors" UpgradeCode="{UPGRADE[self.scope]}">')
        self.add(2, f'<Package InstallerVersion="500" Compressed="yes" InstallScope="{scope}"'
                 ' Description="Checks incoming e-mail of SharePoint" />')
        self.add(2, '<MajorUpgrade DowngradeErrorMessage="A later version of spinmail is installed." />')
        self.add(2, '<Media Id="1" Cabinet="spinmail.cab" EmbedCab="yes" />')
        self.add(2, '<Property Id="ARPNOMODIFY" Value="1" />')
        self.add(2, '<Directory Id="TARGETDIR" Name="SourceDir">')
        depth = 3
        for name in FOLDERS[self.scope]:
            label = "" if name.endswith("Folder") else f' Name="{name}"'
            self.add(depth, f'<Directory Id="{name}"{label}>')
            depth += 1
        self.add(depth, '<Directory Id="INSTALLDIR" Name="spinmail">')
        self.tree(depth + 1, "")
        for depth in range(depth, 1, -1):
            self.add(depth, "</Directory>")
        self.add(2, '<Feature Id="Main" Level="1" Title="spinmail">')
        for key in self.components:
            self.add(3, f'<ComponentRef Id="{key}" />')
        self.add(2, "</Feature>")
        self.add(1, "</Product>")
        self.add(0, "</Wix>")
        return "\n".join(self.lines) + "\n"


sys.stdout.write(Installer(*sys.argv[1:4]).source())
