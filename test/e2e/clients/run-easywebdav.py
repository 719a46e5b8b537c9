# Does with easywebdav what it is told: a JSON of its `connection` and of `steps` on standard input, each a method and
# its arguments; answers a JSON list of what came back. Ends with 1 and a message at the first step that failed.
import json
import sys
import xml.etree.ElementTree

# easywebdav 1.2.0 imports this module under the name that it lost in Python 3.9.
sys.modules['xml.etree.cElementTree'] = xml.etree.ElementTree

import easywebdav

order = json.load(sys.stdin)
client = easywebdav.connect(**order['connection'])
answers = [getattr(client, name)(*arguments) for name, *arguments in order['steps']]
json.dump(answers, sys.stdout)
