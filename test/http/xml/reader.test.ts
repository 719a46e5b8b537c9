import assert from 'node:assert/strict';
import { childElements, escapeAttribute, escapeXml, serialize } from '../../../src/http/xml/element.ts';
import { readXml } from '../../../src/http/xml/reader.ts';

const read = (text: string) => readXml(Buffer.from(text));

describe('XML reader', () => {
  it('knows elements by namespace, whatever the prefix', () => {
    for (const text of ['<D:a xmlns:D="DAV:"/>', '<a xmlns="DAV:"/>', '<x:a xmlns:x="DAV:"></x:a>']) {
      const { namespace, name } = read(text);
      assert.deepEqual({ namespace, name }, { namespace: 'DAV:', name: 'a' });
    }
  });

  for (const encoding of ['utf8', 'utf16le'] as const) {
    it(`reads ${encoding} with a byte order mark`, () => {
      const root = readXml(Buffer.from('\uFEFF<?xml version="1.0"?><a>žluť</a>', encoding));
      assert.deepEqual(root.children, ['žluť']);
    });
  }

  it('reads UTF-16 of both byte orders without a mark', () => {
    const little = Buffer.from('<a>ž</a>', 'utf16le');
    assert.deepEqual(readXml(little).children, ['ž']);
    assert.deepEqual(readXml(Buffer.from(little).swap16()).children, ['ž']);
  });

  const bad: [what: string, text: string | Buffer, code: string][] = [
    ['an empty document', ' ', 'bad-request'],
    ['text', 'hello', 'bad-request'],
    ['an open element', '<a>', 'bad-request'],
    ['crossed elements', '<a><b></a></b>', 'bad-request'],
    ['two roots', '<a/><b/>', 'bad-request'],
    ['an undeclared prefix', '<x:a/>', 'bad-request'],
    ['an empty declaration of a prefix', '<a><x:b xmlns:x=""/></a>', 'bad-request'],
    ['a DOCTYPE', '<!DOCTYPE a><a/>', 'bad-request'],
    ['an entity of its own', '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', 'bad-request'],
    ['an unknown entity', '<a>&e;</a>', 'bad-request'],
    ['a control character', '<a>\u0001</a>', 'bad-request'],
    ['a control character by number', '<a>&#1;</a>', 'bad-request'],
    ['an attribute twice', '<a x="1" x="2"/>', 'bad-request'],
    ['invalid UTF-8', Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e]), 'bad-request'],
    ['another encoding', '<?xml version="1.0" encoding="iso-8859-2"?><a/>', 'body-not-supported'],
    ['nesting of 65', '<a>'.repeat(65) + '</a>'.repeat(65), 'bad-request'],
    ['nesting without end', '<a>'.repeat(200_000), 'bad-request'],
    ['too many elements', `<a>${'<b/>'.repeat(10_001)}</a>`, 'too-large'],
    ['a long namespace', `<a xmlns="${'u'.repeat(1025)}"/>`, 'too-large'],
    ['a long namespace of a prefix', `<a xmlns:x="${'ů'.repeat(513)}"/>`, 'too-large'],
    ['a namespace that is long once written', `<a xmlns='${'"'.repeat(200)}'/>`, 'too-large'],
    ['too many attributes', `<a>${`<b ${'x'.repeat(1)}="1"/>`.repeat(10_001)}</a>`, 'too-large'],
  ];
  for (const [what, text, code] of bad) {
    it(`refuses ${what}`, () => {
      assert.throws(() => readXml(Buffer.isBuffer(text) ? text : Buffer.from(text)), { code });
    });
  }

  it('reads nesting of 64', () => {
    assert.equal(read('<a>'.repeat(64) + '</a>'.repeat(64)).name, 'a');
  });

  it('reads a namespace of 1,024 bytes', () => {
    assert.equal(read(`<a xmlns="${'u'.repeat(1024)}"/>`).namespace.length, 1024);
  });

  it('reads a megabyte in well under a second', () => {
    const before = process.cpuUsage();
    read(`<a>${'<b>text &amp; more</b>'.repeat(9000)}${'x'.repeat(800_000)}</a>`);
    assert.ok(process.cpuUsage(before).user < 1_000_000);
  });
});

describe('serialised elements', () => {
  const kept = [
    '<a/>',
    '<a>text</a>',
    '<x:a xmlns:x="urn:x"><x:b/>  <c/></x:a>',
    '<a xmlns="urn:x"><b xmlns=""/></a>',
    '<x:a xmlns:x="urn:1"><x:b xmlns:x="urn:2"><x:c/></x:b><x:c/></x:a>',
    '<a><x:b xmlns:x="urn:x"/><x:b xmlns:x="urn:x"/></a>',
    '<a xmlns="urn:x"><b xmlns=""><c xmlns="urn:x"/><d/></b><e/></a>',
    '<a xml:lang="cs">dům</a>',
    '<a>&lt;&amp;&gt;&quot;&#13;</a>',
    '<a b="1&#10;2"/>',
    '<x:a xmlns:x="urn:x" x:b="c"/>',
    '<a>😀</a>',
  ];
  for (const text of kept) {
    it(`keeps ${text}`, () => assert.equal(serialize(read(text)), text));
  }

  it('declares what was declared around it, the language included', () => {
    const [inner] = childElements(read('<r xmlns="urn:d" xmlns:x="urn:x" xml:lang="de"><x:a x:k="1"><b/></x:a></r>'));
    assert.equal(serialize(inner!), '<x:a xmlns:x="urn:x" xml:lang="de" x:k="1"><b xmlns="urn:d"/></x:a>');
  });

  it('turns CDATA into text', () => {
    assert.equal(serialize(read('<a><![CDATA[<b>]]></a>')), '<a>&lt;b&gt;</a>');
  });

  const declarations = Array.from({ length: 4500 }, (_, index) => ` xmlns:n${index}="u"`).join('');
  for (const child of ['<b/>', '<b xmlns="u"/>']) {
    it(`are written in well under a second with 4,500 declarations around 4,500 times ${child}`, () => {
      const element = read(`<a${declarations}>${child.repeat(4500)}</a>`);
      const before = process.cpuUsage();
      serialize(element);
      assert.ok(process.cpuUsage(before).user < 1_000_000);
    });
  }

  it('reads back what it wrote', () => {
    const text = '<p:a xmlns:p="urn:p" xmlns:q="urn:q" q:z="&quot;"><q:b><c xmlns="urn:c"/></q:b>t</p:a>';
    assert.equal(serialize(read(serialize(read(text)))), serialize(read(text)));
  });
});

describe('escaping', () => {
  it('replaces what XML 1.0 cannot hold', () => {
    const text = 'a\u0000\u0008\u000B\u001F\uFFFEb\t\n\r😀';
    assert.equal(escapeXml(text), 'a\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDb\t\n&#13;😀');
    assert.deepEqual(
      read(`<a b="${escapeAttribute(text)}"/>`).attributes[0]?.value,
      'a\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDb\t\n\r😀',
    );
  });
});
