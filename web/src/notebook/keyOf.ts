/** Names objects for React: another object is another component. */
const names = new WeakMap<object, string>()
let count = 0

export function keyOf(object: object): string {
  const known = names.get(object)
  if (known !== undefined) return known
  const name = `k${++count}`
  names.set(object, name)
  return name
}
