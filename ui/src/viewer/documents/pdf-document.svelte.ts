import {
  AnnotationEditorType,
  AnnotationMode,
  GlobalWorkerOptions,
  getDocument,
  PasswordResponses,
  PDFDataRangeTransport,
  type PDFDocumentLoadingTask,
} from 'pdfjs-dist';
import worker from 'pdfjs-dist/build/pdf.worker.min.mjs?url';
import { EventBus, LinkTarget, PDFFindController, PDFLinkService, PDFViewer } from 'pdfjs-dist/web/pdf_viewer.mjs';
import { readRange } from '../../api/contents.ts';
import type { FileEntry } from '../../api/files.ts';

/** Where the build puts what pdf.js asks for while it draws (`pdf-plugin.ts`). */
declare const __PDF_DATA__: string;

GlobalWorkerOptions.workerSrc = worker;

const RANGE_BYTES = 256 * 1024;

/** A PDF that has a password waits for it. */
interface Lock {
  /** The one that was given before is not it. */
  readonly isWrong: boolean;
  readonly open: (password: string) => void;
}

/** One PDF in a scrolling element: drawn page by page as they come into view, read by ranges. */
export class PdfDocument {
  error = $state.raw<unknown>();
  isReady = $state(false);
  lock = $state.raw<Lock>();
  page = $state(1);
  pageCount = $state(0);
  scale = $state(1);
  matches = $state.raw<{ current: number; total: number }>();
  #bus = new EventBus();
  #viewer: PDFViewer | undefined;
  #task: PDFDocumentLoadingTask | undefined;

  /** `container` scrolls, and holds the element of the pages. Returns how to end it. */
  open(container: HTMLDivElement, entry: FileEntry): () => void {
    this.#bus = new EventBus();
    this.isReady = false;
    this.lock = undefined;
    const links = new PDFLinkService({ eventBus: this.#bus, externalLinkTarget: LinkTarget.BLANK });
    const findController = new PDFFindController({ eventBus: this.#bus, linkService: links });
    const ended = new AbortController();
    const options = {
      container,
      eventBus: this.#bus,
      linkService: links,
      findController,
      // Forms are seen as they were filled in: what would be written into them here is written nowhere.
      annotationMode: AnnotationMode.ENABLE,
      annotationEditorMode: AnnotationEditorType.DISABLE,
      // In its code, and not in its types.
      abortSignal: ended.signal,
    };
    const viewer = new PDFViewer(options);
    links.setViewer(viewer);
    this.#viewer = viewer;
    this.#listen(viewer);
    void this.#load(entry, links);
    return () => {
      this.#viewer = undefined;
      ended.abort();
      void this.#task?.destroy();
    };
  }

  goTo(page: number): void {
    if (this.#viewer && page >= 1 && page <= this.pageCount) this.#viewer.currentPageNumber = page;
  }

  zoom(by: 1 | -1 | 0): void {
    if (by === 0 && this.#viewer) this.#viewer.currentScaleValue = 'page-width';
    else if (by === 1) this.#viewer?.increaseScale();
    else if (by === -1) this.#viewer?.decreaseScale();
  }

  /** Marks a text in all pages, and goes on to the next of its places. */
  find(query: string, { isAgain = false, isBack = false } = {}): void {
    this.#bus.dispatch('find', {
      type: isAgain ? 'again' : '',
      query,
      caseSensitive: false,
      entireWord: false,
      highlightAll: true,
      findPrevious: isBack,
      matchDiacritics: false,
    });
  }

  #listen(viewer: PDFViewer): void {
    this.#bus.on('pagesinit', () => {
      viewer.currentScaleValue = 'page-width';
      this.isReady = true;
    });
    this.#bus.on('pagechanging', ({ pageNumber }: { pageNumber: number }) => {
      this.page = pageNumber;
    });
    this.#bus.on('scalechanging', ({ scale }: { scale: number }) => {
      this.scale = scale;
    });
    const count = ({ matchesCount }: { matchesCount: { current: number; total: number } }): void => {
      this.matches = matchesCount;
    };
    this.#bus.on('updatefindmatchescount', count);
    this.#bus.on('updatefindcontrolstate', count);
  }

  async #load(entry: FileEntry, links: PDFLinkService): Promise<void> {
    try {
      this.#task = getDocument({
        range: new Ranges(entry, (error) => this.#fail(error)),
        rangeChunkSize: RANGE_BYTES,
        disableAutoFetch: true,
        disableStream: true,
        cMapUrl: `${__PDF_DATA__}cmaps/`,
        cMapPacked: true,
        standardFontDataUrl: `${__PDF_DATA__}standard_fonts/`,
        wasmUrl: `${__PDF_DATA__}wasm/`,
        iccUrl: `${__PDF_DATA__}iccs/`,
      });
      this.#task.onPassword = (open: (password: string) => void, reason: number) => {
        this.lock = { open, isWrong: reason === PasswordResponses.INCORRECT_PASSWORD };
      };
      const document = await this.#task.promise;
      if (!this.#viewer) return;
      this.lock = undefined;
      this.pageCount = document.numPages;
      this.#viewer.setDocument(document);
      links.setDocument(document);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#viewer) this.error = error;
  }
}

/** Its parts by the page's own requests, which renew the session: a book is read for longer than a token lives. */
class Ranges extends PDFDataRangeTransport {
  readonly #entry: FileEntry;
  readonly #onfail: (error: unknown) => void;

  constructor(entry: FileEntry, onfail: (error: unknown) => void) {
    super(entry.sizeBytes, null);
    this.#entry = entry;
    this.#onfail = onfail;
  }

  override requestDataRange(start: number, end: number): void {
    readRange(this.#entry, start, end - start).then((bytes) => this.onDataRange(start, bytes), this.#onfail);
  }
}
