/* Prints a program's version strings and its manifest as Windows reads them: resources.exe PROGRAM.EXE */
#include <windows.h>
#include <stdio.h>

int main(int count, char **arguments)
{
	static char data[65536];
	static const char *const names[] = {"CompanyName", "FileDescription", "FileVersion", "LegalCopyright",
		"OriginalFilename", "ProductName", "ProductVersion"};
	VS_FIXEDFILEINFO *numbers;
	UINT size;
	HMODULE module;
	HRSRC manifest, icon;

	if (count != 2 || !GetFileVersionInfoA(arguments[1], 0, sizeof data, data)) return 1;
	if (!VerQueryValueA(data, "\\", (void **)&numbers, &size)) return 2;
	printf("numbers: %u.%u.%u.%u\n", HIWORD(numbers->dwFileVersionMS), LOWORD(numbers->dwFileVersionMS),
		HIWORD(numbers->dwFileVersionLS), LOWORD(numbers->dwFileVersionLS));
	for (size_t at = 0; at < sizeof names / sizeof *names; at++) {
		char path[100], *text;
		snprintf(path, sizeof path, "\\StringFileInfo\\040904B0\\%s", names[at]);
		if (!VerQueryValueA(data, path, (void **)&text, &size)) return 3;
		printf("%s: %s\n", names[at], text);
	}
	module = LoadLibraryExA(arguments[1], NULL, LOAD_LIBRARY_AS_DATAFILE);
	/* 14 is a group of icons, 24 a manifest; 1 is the program's own. */
	manifest = FindResourceA(module, MAKEINTRESOURCEA(1), MAKEINTRESOURCEA(24));
	icon = FindResourceA(module, MAKEINTRESOURCEA(1), MAKEINTRESOURCEA(14));
	if (!manifest || !icon) return 4;
	printf("icons: %u\n", ((WORD *)LockResource(LoadResource(module, icon)))[2]);
	fwrite(LockResource(LoadResource(module, manifest)), 1, SizeofResource(module, manifest), stdout);
	return 0;
}
