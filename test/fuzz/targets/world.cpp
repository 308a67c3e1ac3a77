// The whole reconciler in a world that does anything: events in any order and between any two calls, requests,
// job results, steps of both clocks, and calls that fail or throw.
//
// Whatever came, at the end the failures stop, and then: it comes to rest, the next event is handled, a second
// look does nothing more, and what is told can be read.
#include "had/control/methods.hpp"
#include "had/control/view_json.hpp"
#include "had/core/policy/failover.hpp"
#include "test/fuzz/surface.hpp"
#include "test/fuzz/target.hpp"

#include <array>
#include <span>

namespace had::test {
namespace {

using namespace core;

// A short life, so that many are led: what takes more steps than that, short inputs lead up to.
constexpr int most_steps = 24;

class World {
public:
    explicit World(std::string_view input)
        : draw_(input), any_(draw_), faults_(draw_), kernel_(draw_, faults_), prober_(draw_, faults_),
          runner_(draw_, faults_), rig_(kernel_, prober_, runner_, faults_),
          surface_(rig_) {
        kernel_.listen([this](Event event) { rig_.had().hear(std::move(event)); },
                       [this]() -> const Observed& { return rig_.had().model().observed; });
        kernel_.sent_ready = [this](const Operation& operation) { check_ready(operation); };
    }

    void play() {
        begin();
        for (int steps = 0; steps < most_steps && !draw_.empty(); ++steps) step();
        check_laws();
    }

private:
    void begin() {
        for (unsigned left = draw_.below(16); left > 0; --left) rig_.had().hear(any_.event());
        const Orders orders = draw_.flag() ? parse_orders(draw_.text()).orders : Orders{};
        const Owned owned = draw_.flag() ? parse_owned(draw_.text()) : Owned{};
        const Models models = draw_.flag() ? parse_models(draw_.text()) : Models{};
        surface_.file = draw_.below(3);
        // What throws here ends the program, and the service manager starts the next: so nothing fails.
        rig_.had().begin(sample_configs()[surface_.file], sample_table(), owned, orders, models);
        faults_.on = draw_.flag();
    }

    void step() {
        switch (draw_.below(20)) {
        case 0: rig_.run_posted(); break;
        case 1: rig_.pass(std::chrono::milliseconds(2 * draw_.byte())); break;
        case 2:
            rig_.loop().sleep(std::chrono::minutes(draw_.below(11)));
            rig_.pass({});
            break;
        case 3: rig_.set_clock(draw_.number<std::int32_t>() / 1024); break;
        case 4: rig_.run([this] { rig_.had().sense(); }); break;
        case 5: rig_.run([this] { kernel_.end_job(); }); break;
        case 6: request(); break;
        case 7: order(); break;
        case 8: surface_.file = draw_.below(3); break;
        case 9: rig_.disk_is_full = draw_.flag(); break;
        case 10:
        case 11: rig_.run([this] { rig_.had().hear(prober_.answer()); }); break;
        case 12:
        case 13: rig_.run([this] { rig_.had().hear(runner_.event()); }); break;
        case 18:
        case 19: hear_again(); break;
        default:
            rig_.run([this] {
                rig_.had().hear(any_.event());
                rig_.had().fail_over();
            });
        }
    }

    // The most frequent news: what is known is otherwise.
    void hear_again() {
        const Link* known = rig_.had().model().observed.link(any_.index());
        if (!known) return;
        rig_.run([this, link = any_.otherwise(*known)]() mutable {
            rig_.had().hear(LinkSeen{std::move(link)});
            rig_.had().fail_over();
        });
    }

    // Any verb, with the arguments that it takes.
    void request() {
        const std::span<const control::Verb> all = control::verbs();
        const control::Verb& verb = all[draw_.below(static_cast<unsigned>(all.size()))];
        control::Request asked{1, std::string(verb.name), {}};
        for (const control::ArgRule& rule : verb.args) {
            if (!rule.required && draw_.flag()) continue;
            switch (rule.type) {
            case control::ArgType::flag: asked.args.emplace(rule.name, draw_.flag()); break;
            case control::ArgType::number: asked.args.emplace(rule.name, draw_.number<std::int64_t>()); break;
            case control::ArgType::text: asked.args.emplace(rule.name, any_.object()); break;
            case control::ArgType::texts: {
                control::Texts texts;
                for (unsigned n = draw_.below(4); n > 0; --n) texts.push_back(any_.object());
                asked.args.emplace(rule.name, std::move(texts));
                break;
            }
            }
        }
        if (verb.call == nullptr || control::objection(asked, true)) return;
        call(asked);
    }

    // An order that is more often taken than refused.
    void order() {
        struct Usual {
            const char *verb, *name, *value;
        };
        static constexpr std::array<Usual, 12> usual{{{"slot.offline", "slot", "1"},
                                                      {"slot.offline", "slot", "2"},
                                                      {"slot.online", "slot", "1"},
                                                      {"slot.accept", "slot", "1"},
                                                      {"domain.release", "domain", "A"},
                                                      {"domain.take", "domain", "A"},
                                                      {"domain.take", "domain", "B"},
                                                      {"port.release", "port", "1.0"},
                                                      {"port.release", "port", "2.0/0"},
                                                      {"port.enslave", "port", "1.0"},
                                                      {"bond.auto", "bond", "bond0"},
                                                      {"slot.identify", "slot", "2"}}};
        const Usual& chosen = draw_.one_of(usual);
        control::Request asked{1, chosen.verb, {{chosen.name, std::string(chosen.value)}}};
        if (asked.verb == "slot.offline") asked.args.emplace("force", draw_.flag());
        call(asked);
    }

    // What an order throws, the server answers with `failed`.
    void call(const control::Request& asked) {
        rig_.run([&] {
            const control::Outcome outcome = control::call(surface_, asked, {true, "operator"});
            const std::string line = control::encode(control::Reply{asked.id, outcome});
            const auto message = control::decode_message(line);
            must(message && std::holds_alternative<control::Reply>(*message), "an answer can be read", line);
        });
    }

    // What was decided before a loss is what is decided after it.
    void check_ready(const Operation& operation) {
        const Situation now = rig_.had().model().situation();
        const BondConfig* bond = now.config.bond(std::get<SetBondOptions>(operation).bond.name);
        std::optional<TimePoint> unused;
        const auto action = bond ? failover_of(now, *bond, unused) : std::nullopt;
        must(action && action->operation == operation, "what lies ready is what the plan says", to_string(operation));
        must(!now.attempts.waits(operation, now.now), "what lies ready need not wait", to_string(operation));
    }

    void check_laws() {
        faults_.on = false;
        rig_.disk_is_full = false;
        draw_.rest();                          // from here on the kernel obeys, and echoes nothing
        rig_.run_posted();
        check_next_event();
        rig_.loop().sleep(std::chrono::seconds(5));
        rig_.pass({});
        check_plan();
        check_view();
    }

    // The deaf law: whatever has failed before, an event is followed by a reconcile.
    void check_next_event() {
        const unsigned before = rig_.reconciles();
        Link link;
        link.index = 99;
        link.name = "marker";
        rig_.had().hear(LinkSeen{link});
        rig_.run_posted();
        must(rig_.reconciles() > before, "after a failure the next event is handled");
        must(!rig_.had().failing_since(), "when nothing fails any more the turns are finished");
    }

    // What is asked for is asked for once, until time or an event says otherwise.
    void check_plan() {
        rig_.had().wake();
        rig_.run_posted();
        const unsigned before = kernel_.asked();
        rig_.had().wake();
        rig_.run_posted();
        must(kernel_.asked() == before, "a second look at the same world does nothing more");
    }

    void check_view() {
        const View& view = rig_.had().view();
        const std::string json = control::to_json(view);
        must(control::view_from_json(json).has_value(), "the status can be read", json);
        for (const SlotView& slot : view.slots) (void)rig_.had().explain(slot.name);
        for (const BondView& bond : view.bonds) must(!rig_.had().explain(bond.name).empty(), "a bond is explained");
        for (const OrderView& order : view.orders) must(!order.text.empty(), "an order is told in words");
    }

    Draw draw_;
    Any any_;
    Faults faults_;
    AnyKernel kernel_;
    AnyProber prober_;
    AnyRunner runner_;
    Rig rig_;
    Surface surface_;
};

const Registered world{"world", [](std::string_view input) { World(input).play(); }};

} // namespace
} // namespace had::test
