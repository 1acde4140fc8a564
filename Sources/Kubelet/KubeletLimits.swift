import Base

/// Every bound of the kubelet's paths, by name.
package enum KubeletLimits {
    /// Bytes of one log file; then a new one is begun.
    package static let logFileBytesMax = 10 * 1024 * 1024
    /// Files kept of one run, the one being written among them.
    package static let logFilesMax = 3
    /// Bytes of one line in a log file; longer ones are written in parts.
    package static let logLineBytesMax = 16 * 1024
    /// Bytes read and sent at once.
    package static let logChunkBytes = 64 * 1024
    /// Bytes of a request's body; none of the paths needs one.
    package static let bodyBytesMax = 64 * 1024
    /// Bytes of one SPDY frame.
    package static let spdyFrameBytesMax = 1024 * 1024
    /// Bytes of an inflated SPDY header block.
    package static let spdyHeaderBytesMax = 64 * 1024
    /// Streams that one port-forward may have open.
    package static let spdyStreamsMax = 512
}
