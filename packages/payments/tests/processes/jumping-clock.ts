// Loaded into a service before everything else: its time of day jumps an hour ahead with SIGUSR2, and back with the next one.

const JUMP_MS = 60 * 60_000
const MachineDate = Date
let aheadMs = 0

process.on('SIGUSR2', () => {
  aheadMs = aheadMs === 0 ? JUMP_MS : 0
})

globalThis.Date = new Proxy(MachineDate, {
  construct: (target, parameters, newTarget) =>
    Reflect.construct(target, parameters.length === 0 ? [target.now() + aheadMs] : parameters, newTarget),
  get: (target, key, receiver) =>
    key === 'now' ? () => target.now() + aheadMs : Reflect.get(target, key, receiver),
})
