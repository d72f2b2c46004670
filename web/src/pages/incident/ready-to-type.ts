/** For `{@attach readyToType}`: one who pressed a key to get here goes on typing. A finger would have the keyboard cover what is asked. */
export function readyToType(field: HTMLElement): void {
  if (matchMedia('(pointer: fine)').matches) field.focus();
}
