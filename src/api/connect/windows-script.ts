/** Everything that may stand in a URL in the script: nothing that a command prompt reads as more than a letter. */
const PLAIN_URL = /^https?:\/\/[a-z\d_.-]+(?::\d{1,5})?\/dav\/$/;

const PARAMETERS = String.raw`HKLM\SYSTEM\CurrentControlSet\Services\WebClient\Parameters`;

/**
 * A script for Windows' command prompt that sets what the WebClient service needs for this address and maps a drive.
 * Settings want an administrator, but a drive that an administrator maps is not seen by the person's own Explorer: so
 * the script starts itself once more for the settings. Undefined for an address that is not safe to write into it.
 */
export function windowsScript(davUrl: string): string | undefined {
  if (!PLAIN_URL.test(davUrl)) return undefined;
  const lines = [...beginning(davUrl), ...mapping(), ...settings(davUrl.startsWith('https:'))];
  return lines.map((line) => `${line}\r\n`).join('');
}

/** Quotes within PowerShell's quoted command are written as [char]34: the path may hold spaces and &. */
const ELEVATE = [
  'try { $q = [char]34;',
  "$a = '/d /c ' + $q + $q + $env:NOSOCIAL_SELF + $q + ' /settings' + $q;",
  '$p = Start-Process -FilePath $env:ComSpec -ArgumentList $a -Verb RunAs -Wait -PassThru;',
  'exit $p.ExitCode } catch { exit 1 }',
].join(' ');

function beginning(davUrl: string): string[] {
  return [
    '@echo off',
    'rem Connects this computer to a nosocial server, at the address that the next line but one names.',
    'setlocal EnableExtensions DisableDelayedExpansion',
    `set "NOSOCIAL_URL=${davUrl}"`,
    'rem Programs are those of Windows, never files that lie beside this one among the downloads.',
    'set "NoDefaultCurrentDirectoryInExePath=1"',
    'if /i "%~1"=="/settings" goto settings',
    '',
    'echo Connecting to %NOSOCIAL_URL%',
    'echo.',
    "echo First some settings of Windows, for which it asks for administrator's rights.",
    'set "NOSOCIAL_SELF=%~f0"',
    `powershell -NoProfile -Command "${ELEVATE}"`,
    'if errorlevel 1 (',
    '  echo The settings were not changed. Large files may fail, and addresses without TLS do not work.',
    '  echo.',
    ')',
  ];
}

function mapping(): string[] {
  return [
    ':ask',
    'set "NOSOCIAL_NAME="',
    'set /p "NOSOCIAL_NAME=Your name on the server: "',
    'if not defined NOSOCIAL_NAME goto ask',
    'setlocal EnableDelayedExpansion',
    'net use * "!NOSOCIAL_URL!" * /user:"!NOSOCIAL_NAME!" /persistent:yes',
    'if errorlevel 1 (',
    '  echo.',
    '  echo That did not work. Error 1244 or 86: the name or the password is wrong, or the settings were not changed.',
    '  echo Error 67 or 53: the address is not reached, or its certificate is not trusted on this computer yet.',
    '  echo More, and a test: open the page /connect of the server in a browser.',
    ') else (',
    '  echo The drive is in File Explorer, under This PC.',
    ')',
    'pause',
    'exit /b',
    '',
  ];
}

function settings(isSecure: boolean): string[] {
  return [
    ':settings',
    'rem Files up to 4 GiB, the most that Windows can be told; without this, 50 MB.',
    set('FileSizeLimitInBytes', 4_294_967_295),
    'rem Folders with many entries: listings up to 20 MB; without this, 1 MB.',
    set('FileAttributesLimitInBytes', 20_000_000),
    ...(isSecure
      ? []
      : [
          'rem This address has no TLS: passwords are sent unencrypted only when Windows is told to, and then to any server.',
          set('BasicAuthLevel', 2),
        ]),
    'sc config webclient start= demand >nul',
    'net stop webclient /y >nul 2>&1',
    // Explorer may have started it in between, which net would call a failure.
    'net start webclient >nul 2>&1',
    String.raw`sc query webclient | %SystemRoot%\System32\find.exe "RUNNING" >nul || goto failed`,
    'exit /b 0',
    ':failed',
    'echo A setting could not be made, or the WebClient service did not start; Windows Server must be given it first.',
    'pause',
    'exit /b 1',
  ];
}

function set(name: string, value: number): string {
  return `reg add "${PARAMETERS}" /v ${name} /t REG_DWORD /d ${value} /f >nul || goto failed`;
}
