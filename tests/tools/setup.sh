#!/usr/bin/env bash
# All set-up steps, for one purpose: setup.sh build | demo | bench | interop
source "$(dirname "$0")/common.sh"

tools=$ROOT/tests/tools
bash "$tools/setup_rust.sh"
case ${1:-} in
    build)
        bash "$tools/setup_python.sh"
        bash "$tools/setup_php.sh"
        bash "$tools/setup_node.sh"
        ;;
    demo)
        bash "$tools/setup_python.sh"
        bash "$tools/setup_php.sh"
        bash "$tools/setup_node.sh" provider
        ;;
    bench)
        bash "$tools/setup_python.sh" bench
        bash "$tools/setup_php.sh"
        bash "$tools/setup_node.sh" bench
        ;;
    interop)
        bash "$tools/setup_python.sh" interop
        bash "$tools/setup_php.sh"
        bash "$tools/setup_node.sh" provider
        ;;
    *) fail "what the set-up is for is not said" "setup.sh build | demo | bench | interop" ;;
esac
