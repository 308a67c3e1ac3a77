// Lines of the protocol, as a client sends them, through the real table of verbs and into a world that is full.
//
// The first byte says who asks, and where.  A caller without rights changes nothing: he meets chassis that stand
// as they are, one whose cards have gone a moment ago among them, and his lines may cost the loop little.  A
// caller with rights has a daemon of his own.
#include "had/control/methods.hpp"
#include "had/control/view_json.hpp"
#include "had/core/base/text.hpp"
#include "test/fuzz/chassis.hpp"
#include "test/fuzz/target.hpp"

#include <array>
#include <ctime>
#include <fmt/format.h>
#include <memory>

namespace had::test {
namespace {

using namespace control;

// The goal is 2 ms in a release build; sanitizers and the counting of edges take some twenty times that.
constexpr double most_ms = 2.0 * 20;
constexpr int most_lines = 8;

double processor_ms() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// As the server answers; `status` and `subscribe` are its own verbs.
std::string answer(control::Daemon& daemon, std::string_view line, bool permitted) {
    const auto decoded = decode_request(line);
    if (const auto* reply = std::get_if<Reply>(&decoded)) return encode(*reply);
    const auto& request = std::get<Request>(decoded);
    if (const auto error = objection(request, permitted)) return encode(Reply{request.id, *error});
    if (request.verb == "status") return encode(Reply{request.id, Answer{to_json(daemon.view())}});
    if (find_verb(request.verb)->call == nullptr) return encode(Reply{request.id, Answer{"{}"}});
    return encode(Reply{request.id, call(daemon, request, {permitted, permitted ? "operator" : ""})});
}

void check_reply(const std::string& reply) {
    must(reply.find('\n') == std::string::npos, "a reply is one line", reply);
    const auto message = decode_message(reply);
    must(message && std::holds_alternative<Reply>(*message), "a reply can be read", reply);
}

// What a request is read as it is sent as.
void check_encoding(std::string_view line) {
    const auto decoded = decode_request(line);
    const auto* request = std::get_if<Request>(&decoded);
    if (!request) return;
    const auto again = decode_request(encode(*request));
    must(std::holds_alternative<Request>(again) && std::get<Request>(again) == *request,
         "a request is read as it was sent", encode(*request));
}

// The slowest so far is told: the last such line is the worst of a run.
void check_cost(double ms, std::string_view line) {
    static double worst = most_ms / 20;
    if (ms > worst) {
        worst = ms;
        fmt::print(stderr, "slowest request: {:.1f} ms for {:.60}\n", ms, line);
    }
    must(ms <= most_ms, "a request costs the loop little", line);
}

ServingChassis& chassis_that_stands(unsigned which) {
    static const std::array<std::unique_ptr<ServingChassis>, 3> all = [] {
        std::array<std::unique_ptr<ServingChassis>, 3> made{std::make_unique<ServingChassis>(4),
                                                            std::make_unique<ServingChassis>(4),
                                                            std::make_unique<ServingChassis>(16)};
        made[1]->pull(1);
        made[1]->pull(3);
        return made;
    }();
    return *all.at(which);
}

void ask_without_rights(ServingChassis& chassis, std::string_view line) {
    const core::View before = chassis.rig().had().view();
    const double began = processor_ms();
    const std::string reply = answer(chassis.surface(), line, false);
    check_cost(processor_ms() - began, line);
    check_reply(reply);
    must(chassis.rig().had().view() == before, "who may not change anything changes nothing", line);
}

// A daemon that has just started where the small chassis serves, on a kernel that obeys and echoes nothing.
class OwnDaemon {
public:
    OwnDaemon() {
        kernel_.listen([this](core::Event event) { rig_.had().hear(std::move(event)); },
                       [this]() -> const core::Observed& { return rig_.had().model().observed; });
        surface_.strict = true;
        ServingChassis& model = chassis_that_stands(0);
        model.kernel().dump_to([this](core::Event event) { rig_.had().hear(std::move(event)); });
        rig_.had().begin(model.rig().had().model().config, sample_table(), {}, {}, {});
    }
    void ask(std::string_view line) {
        check_reply(answer(surface_, line, true));
        rig_.run_posted();
    }

private:
    Draw nothing_{""};
    Faults faults_{nothing_};
    AnyKernel kernel_{nothing_, faults_};
    AnyProber prober_{nothing_, faults_};
    AnyRunner runner_{nothing_, faults_};
    Rig rig_{kernel_, prober_, runner_, faults_};
    Surface surface_{rig_};
};

void run(std::string_view input) {
    Draw draw(input);
    const unsigned who = draw.below(4);
    std::string_view lines = draw.rest();
    std::unique_ptr<OwnDaemon> own;
    if (who == 3) own = std::make_unique<OwnDaemon>();
    for (int left = most_lines; left > 0 && !lines.empty(); --left) {
        const std::string_view line = core::take_until(lines, '\n');
        check_encoding(line);
        if (own) own->ask(line);
        else ask_without_rights(chassis_that_stands(who), line);
    }
}

const Registered request{"request", run};

} // namespace
} // namespace had::test
