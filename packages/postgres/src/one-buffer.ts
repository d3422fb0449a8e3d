import { Socket } from 'node:net'

const BYTES = 65_536

/**
 * A socket that reads into one buffer. Node's own takes 64 KiB for each read, to be shrunk and collected, which costs as
 * much as to read the row that comes in them (docs/adr/0009-where-the-time-goes.md).
 */
export function socketOfOneBuffer(): Socket {
  const socket: Socket = new Socket({
    onread: {
      buffer: Buffer.allocUnsafeSlow(BYTES),
      callback(length, buffer) {
        // A copy, as `pg` keeps what is not a whole message yet.
        socket.emit('data', Buffer.from(buffer.subarray(0, length)))
        return true
      },
    },
  })
  return socket
}
