# One model, from volume to answer, with every kubectl there is.
start_roost || exit
for KUBECTL in $(kubectls); do
    say " $("$KUBECTL" version --client 2>/dev/null | head -1 | grep -oE 'v[0-9]+\.[0-9]+\.[0-9]+' | head -1) at $KUBECTL"
    . scripts/walks/one-model-steps.sh
done
stop_roost
