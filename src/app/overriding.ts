/** The same object with some methods in the place of its own. The others see the object itself as `this`. */
export function overriding<T extends object>(target: T, overrides: Partial<T>): T {
  const methods = new Map<string | symbol, unknown>(Object.entries(overrides));
  return new Proxy(target, {
    get(_, key) {
      const known = methods.get(key);
      if (known !== undefined) return known;
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      const method: unknown = value.bind(target);
      methods.set(key, method);
      return method;
    },
  });
}
