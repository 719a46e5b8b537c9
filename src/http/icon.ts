/** What browsers show beside a page's title: a cloud, drawn by us. Without one they ask for /favicon.ico in vain. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<path fill="#3f7ee8" d="M9 26a7 7 0 0 1-1-13.93A9 9 0 0 1 25.2 13.6 6.3 6.3 0 0 1 24.5 26z"/>
</svg>
`;
