type Picking = { -readonly [Key in 'multiple' | 'webkitdirectory' | 'accept' | 'capture']?: HTMLInputElement[Key] };

/** Lets somebody choose; nothing happens when they do not. */
export function pick(how: Picking, onpicked: (files: FileList) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.hidden = true;
  Object.assign(input, how);
  input.addEventListener('change', () => {
    input.remove();
    if (input.files?.length) onpicked(input.files);
  });
  input.addEventListener('cancel', () => input.remove());
  // Safari opens none that is not in the page.
  document.body.append(input);
  input.click();
}
