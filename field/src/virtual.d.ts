declare module "virtual:words" {
  const table: unknown;
  export default table;
}
