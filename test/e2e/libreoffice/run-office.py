# Works in a running LibreOffice as its user would: reads one JSON list per line from standard input, an operation and
# its arguments, and answers each with a line, `{"answer": …}` or `{"error": …}`. Its first argument is the pipe on which
# the office listens. Documents have names of the test's own.
import json
import sys
import time

import uno
from com.sun.star.beans import PropertyValue

START_SECONDS = 120
FILTERS = {'odt': 'writer8', 'ods': 'calc8'}
NEW = {'odt': 'private:factory/swriter', 'ods': 'private:factory/scalc'}


def connect(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext('com.sun.star.bridge.UnoUrlResolver', local)
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return resolver.resolve(f'uno:pipe,name={pipe};urp;StarOffice.ComponentContext')
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def properties(**values):
    made = []
    for name, value in values.items():
        made.append(PropertyValue())
        made[-1].Name, made[-1].Value = name, value
    return tuple(made)


class Office:
    def __init__(self, context):
        create = context.ServiceManager.createInstanceWithContext
        self.desktop = create('com.sun.star.frame.Desktop', context)
        self.passwords = create('com.sun.star.task.PasswordContainer', context)
        # The office's own: it answers what it may without asking, and without a screen refuses the rest.
        self.handler = create('com.sun.star.task.InteractionHandler', context)
        self.documents = {}

    def type_password(self, url, user, password):
        """As in its dialog, for as long as the office runs."""
        self.passwords.add(url, user, (password,), self.handler)

    def new(self, name, kind):
        self.documents[name] = self.desktop.loadComponentFromURL(NEW[kind], '_blank', 0, properties(Hidden=True))

    def open(self, name, url, read_only=False):
        wanted = properties(Hidden=True, InteractionHandler=self.handler, ReadOnly=read_only)
        document = self.desktop.loadComponentFromURL(url, '_blank', 0, wanted)
        if document is None:
            raise RuntimeError('it asks whether to open it only for reading')
        self.documents[name] = document
        return {'readOnly': document.isReadonly(), 'text': self.text(name)}

    def cell(self, name):
        return self.documents[name].Sheets.getByIndex(0).getCellByPosition(0, 0)

    def text(self, name):
        document = self.documents[name]
        return document.Text.getString() if hasattr(document, 'Text') else self.cell(name).getString()

    def write(self, name, text):
        document = self.documents[name]
        (document.Text if hasattr(document, 'Text') else self.cell(name)).setString(text)

    def save(self, name):
        self.documents[name].store()

    def save_as(self, name, url, kind):
        wanted = properties(FilterName=FILTERS[kind], Overwrite=True, InteractionHandler=self.handler)
        self.documents[name].storeAsURL(url, wanted)

    def close(self, name):
        self.documents.pop(name).close(True)

    def quit(self):
        self.desktop.terminate()


office = Office(connect(sys.argv[1]))
print(json.dumps({'answer': 'ready'}), flush=True)
for line in sys.stdin:
    operation, *arguments = json.loads(line)
    try:
        reply = {'answer': getattr(office, operation)(*arguments)}
    except Exception as error:
        reply = {'error': f'{type(error).__name__}: {error}'}
    print(json.dumps(reply), flush=True)
    if operation == 'quit':
        break
