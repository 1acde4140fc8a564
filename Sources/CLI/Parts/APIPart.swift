import APIServer
import Net

extension Command {
    static let api = Command(
        "api",
        summary: "the API server alone",
        details: """
            Serves the API of a data folder and writes DIR/kubeconfig; the other parts are started with it:

              roost api --data-dir DIR &
              roost controller --kubeconfig DIR/kubeconfig &
              roost workloads --kubeconfig DIR/kubeconfig &
              roost node --kubeconfig DIR/kubeconfig &
              roost gateway --kubeconfig DIR/kubeconfig &
            """,
        flags: EmbeddedAPI.flags,
        run: { invocation in
            let loop = EventLoop(name: "api")
            loop.start()
            let embedded = try EmbeddedAPI(invocation, loop: loop)
            let url = try await embedded.start()
            let serving = Task { await embedded.run() }
            Output.write(
                """
                roost api is up
                  data        \(embedded.folder.path)
                  kubeconfig  \(embedded.folder.kubeconfigPath)
                  API         \(url)

                """
            )
            await invocation.shutdown.requested()
            serving.cancel()
            await serving.value
        }
    )
}
