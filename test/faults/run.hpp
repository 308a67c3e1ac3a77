// One run: a machine, a daemon, something that happens, one call that fails meanwhile, and what is left.
//
// The law: what was asked for is done, or it is refused and said; the daemon lives (or its start ends with an
// exit code and a reason); it holds no descriptor more than before; and what happens next is acted on.
#pragma once

#include "test/faults/daemon_process.hpp"
#include "test/faults/fake_machine.hpp"

#include "had/control/protocol.hpp"

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace had::faults {

struct Answer {
    enum class Kind { done, refused, cut_off } kind = Kind::done;
    std::string text;

    // Done, and then there was no memory for telling so: whoever asked has to look.
    [[nodiscard]] bool is_of_the_answer() const { return text == "std::bad_alloc"; }
};

class Run {
public:
    FakeMachine machine;
    DaemonProcess daemon;
    bool bonding = false;
    std::optional<Answer> answer;             // to what was asked in the scenario

    Answer ask(const std::string& verb, control::Args args = {});
    nlohmann::json status();                  // null: it does not answer
    [[nodiscard]] bool holds(const std::string& what);        // an order of this kind is in force
    std::string health(int slot);
    // Meanwhile the machine does its part.
    bool until(const std::function<bool()>& so, Limit limit = 30s);
    void write_conf(const std::string& address = "10.0.1.1/24");
    void start_and_wait();
    [[nodiscard]] static std::string orders() { return read("/var/lib/had/orders"); }
    [[nodiscard]] std::string news() const { return daemon.log().substr(log_before); }

    std::size_t log_before = 0;
};

struct Scenario {
    std::string name;
    bool bonding = false;                     // it needs a bond
    bool starting = false;                    // calls fail from the daemon's first one on
    Role role = Role::daemon;
    std::function<void(Run&)> prepare, happen;
    std::function<bool(Run&)> over;           // as the world outside sees it; none: when `happen` returns
    // What is wrong with the outcome; nothing: it is one of those that the law allows.
    std::function<std::optional<std::string>(Run&)> wrong;
};
const std::vector<Scenario>& scenarios();

struct Verdict {
    bool hit = false;                         // the call was made
    std::string outcome;                      // "done", "refused", "ended", "cut off"
    std::string wrong;                        // "": the law holds
};

struct Fault {
    Call call;
    int nth, error;
};

// In a process and namespaces of its own.
std::vector<Place> places_of(const Scenario& scenario);
// In this process, which has entered its namespaces.
Verdict run(const Scenario& scenario, const Fault& fault);

} // namespace had::faults
