/// Where the files of payloads lie, and how many of them.
package struct PayloadFolder: Sendable, Equatable {
    package var path: String
    /// A file that has grown to this is set aside and a new one begun.
    package var fileBytesMax = AgentLimits.payloadFileBytes
    /// Files that one replica keeps: the one that grows, and those before it.
    package var filesMax = AgentLimits.payloadFiles

    package init(_ path: String) { self.path = path }
}
