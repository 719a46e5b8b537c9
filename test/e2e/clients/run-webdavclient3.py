# Does with webdavclient3 what it is told: a JSON of `options` for its Client and of `steps` on standard input, each a
# list of an operation and its arguments; answers a JSON list of what came back. Ends with 1 and a message at the first
# step that failed.
import io
import json
import sys
import threading

from webdav3.client import Client


def download(client, remote, local):
    client.download_sync(remote_path=remote, local_path=local)


def upload(client, remote, local):
    client.upload_sync(remote_path=remote, local_path=local)


def read(client, remote):
    buffer = io.BytesIO()
    client.resource(remote).write_to(buffer)
    return buffer.getvalue().decode()


def in_threads(client, kind, pairs):
    """Its own asynchronous transfers, one thread each, with one session between them."""
    done = threading.Semaphore(0)
    start = client.upload_async if kind == 'upload' else client.download_async
    for remote, local in pairs:
        start(remote_path=remote, local_path=local, callback=done.release)
    for _ in pairs:
        if not done.acquire(timeout=60):
            raise TimeoutError('a transfer did not end')


OWN = {'download': download, 'upload': upload, 'read': read, 'in_threads': in_threads}


def main():
    order = json.load(sys.stdin)
    client = Client(order['options'])
    answers = []
    for name, *arguments in order['steps']:
        if name.startswith('resource.'):
            path, *rest = arguments
            answers.append(getattr(client.resource(path), name.removeprefix('resource.'))(*rest))
        elif name in OWN:
            answers.append(OWN[name](client, *arguments))
        else:
            answers.append(getattr(client, name)(*arguments))
    json.dump(answers, sys.stdout, default=str)


main()
