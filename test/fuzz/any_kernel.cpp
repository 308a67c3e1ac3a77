#include "test/fuzz/any_kernel.hpp"

#include "test/fake/prepared.hpp"

#include <array>
#include <cerrno>
#include <new>
#include <system_error>

namespace had::test {

using namespace core;

namespace {

constexpr std::array<int, 7> refusals{EINVAL, ENODEV, EBUSY, ENOMEM, EEXIST, EPERM, ETIMEDOUT};
constexpr std::array<int, 4> failures{ENOMEM, ENOSPC, ENOBUFS, EMFILE};

} // namespace

void Faults::may_fail() {
    if (!on || draw_.byte() < 224) return;
    ++thrown;
    if (draw_.flag()) throw std::bad_alloc();
    throw std::system_error(draw_.one_of(failures), std::generic_category(), words);
}

void AnyKernel::listen(EventSink sink, std::function<const Observed&()> known) {
    sink_ = std::move(sink);
    known_ = std::move(known);
}

ActionResult AnyKernel::any_result() {
    if (!draw_.one_in(4)) return {};
    return {draw_.one_of(refusals), "the kernel says no"};
}

ActionResult AnyKernel::apply(const Operation& operation) {
    ++asked_;
    faults_.may_fail();
    (void)to_string(operation);
    ActionResult result = any_result();
    if (result.ok() && draw_.flag()) echo(operation);
    return result;
}

std::unique_ptr<Prepared> AnyKernel::prepare(const Operation& operation) {
    return std::make_unique<Ready<AnyKernel>>(*this, operation);
}

ActionResult AnyKernel::announce(const Announcement& what) {
    ++asked_;
    faults_.may_fail();
    (void)to_string(what.address);
    return any_result();
}

// Roughly what the kernel would tell.
void AnyKernel::echo(const Operation& operation) {
    const Observed& known = known_();
    const auto tell = [&](const LinkRef& ref, auto change) {
        const Link* link = known.link(ref.index);
        if (!link) return;
        Link now = *link;
        change(now);
        echoes_.push_back(LinkSeen{std::move(now)});
    };
    std::visit(overloaded{
                   [&](const CreateBond& o) {
                       Link link;
                       link.index = static_cast<Ifindex>(1 + draw_.below(2));
                       link.name = o.name;
                       link.kind = "bond";
                       link.bond = BondInfo{o.options};
                       link.mtu = 1500;
                       echoes_.push_back(LinkSeen{std::move(link)});
                   },
                   [&](const SetBondOptions& o) {
                       tell(o.bond, [&](Link& link) {
                           if (!link.bond) return;
                           for (const auto& [option, value] : o.options) link.bond->options[option] = value;
                       });
                   },
                   [&](const SetLink& o) {
                       tell(o.link, [&](Link& link) {
                           link.up = o.up.value_or(link.up);
                           link.mtu = o.mtu.value_or(link.mtu);
                           link.odd_flags = link.odd_flags && !o.usual_flags;
                       });
                   },
                   [&](const RenameLink& o) { tell(o.link, [&](Link& link) { link.name = o.to; }); },
                   [&](const Enslave& o) {
                       tell(o.port, [&](Link& link) {
                           link.master = o.bond.index;
                           link.slave = SlaveInfo{};
                           link.slave->mii = MiiStatus::up;
                           link.up = link.carrier = true;
                       });
                   },
                   [&](const Release& o) {
                       tell(o.port, [&](Link& link) {
                           link.master = 0;
                           link.slave.reset();
                       });
                   },
                   [&](const AddAddress& o) {
                       Address made{o.link.index, o.prefix, o.broadcast, true, false};
                       if (!made.broadcast && o.prefix.address.family == IpFamily::v4 && o.prefix.length < 31)
                           made.broadcast = broadcast_of(o.prefix);
                       echoes_.push_back(AddressSeen{std::move(made)});
                   },
                   [&](const Connect& o) {
                       echoes_.push_back(ConnectedSeen{{o.link.index, o.network()}});
                   },
                   [&](const DeleteLink& o) { echoes_.push_back(LinkGone{o.link.index}); },
                   [](const auto&) {},
               },
               operation);
}

void AnyKernel::start(const Operation& job, JobDone done) {
    ++asked_;
    faults_.may_fail();
    (void)to_string(job);
    jobs_.push_back(std::move(done));
}

bool AnyKernel::end_job() {
    if (jobs_.empty()) return false;
    const JobDone done = std::move(jobs_.front());
    jobs_.pop_front();
    done(any_result());
    return true;
}

Reading AnyKernel::sense(Ifindex, Probe) {
    if (draw_.one_in(6)) return {false, EIO, "no answer"};
    return {draw_.flag(), 0, ""};
}

std::optional<SlotState> AnyKernel::look(const SlotLook&) {
    if (draw_.one_in(6)) return std::nullopt;
    return any_.slot_state();
}

void AnyKernel::tell_others(const ForOthers&, JobDone done) {
    faults_.may_fail();
    jobs_.push_back(std::move(done));
}

void AnyKernel::ask_cause(const LossQuestion&, JobDone done) {
    faults_.may_fail();
    jobs_.push_back(std::move(done));
}

void AnyKernel::drain() {
    if (draining_) return;
    struct Guard {
        explicit Guard(bool& flag) : flag_(flag) { flag_ = true; }
        ~Guard() { flag_ = false; }
        bool& flag_;
    } const guard(draining_);
    faults_.may_fail();
    for (int most = 8; most > 0 && !echoes_.empty(); --most) {
        Event event = std::move(echoes_.front());
        echoes_.pop_front();
        sink_(std::move(event));
    }
    if (draw_.one_in(8)) sink_(any_.event());
}

int AnyProber::ask(const Question& question) {
    constexpr std::size_t most = 64;
    asked_.push_back(question);
    if (asked_.size() > most) asked_.pop_front();
    return draw_.one_in(8) ? ENOBUFS : 0;
}

std::optional<std::uint64_t> AnyProber::received(Ifindex) {
    if (draw_.one_in(8)) return std::nullopt;
    return draw_.number<std::uint16_t>();
}

std::optional<bool> AnyProber::says_failed(const std::string&) {
    if (draw_.one_in(4)) return std::nullopt;
    return draw_.flag();
}

Answer AnyProber::answer() {
    Answer answer;
    if (!asked_.empty()) {
        const Question& question = asked_[draw_.below(static_cast<unsigned>(asked_.size()))];
        answer = {.port = question.port, .transport = question.transport, .to = question.source,
                  .from = question.to.value_or(Mac{{2, 0, 0, 0, 0, 9}}), .target = question.target,
                  .mark = question.mark, .sequence = question.sequence, .asker = question.asker,
                  .service = question.service};
        answer.told = draw_.one_of(std::array{Told::well, Told::failed, Told::unknown});
        if (question.transport == Transport::peer) {
            answer.to = *question.to;
            answer.from = question.source;
        }
    }
    if (draw_.one_in(8)) {
        answer.transport = Transport::lldp;
        answer.lldp = {draw_.flag() ? "sw1" : "sw2", draw_.flag() ? "1" : "2", std::chrono::seconds(draw_.byte())};
    }
    if (draw_.one_in(4)) answer.port = any_.index();
    if (draw_.one_in(8)) answer.to = Mac{{2, 0, 0, 0, 0, draw_.byte()}};
    if (draw_.one_in(8)) answer.mark.from = draw_.byte();
    if (draw_.one_in(8)) answer.mark.to = draw_.byte();
    if (draw_.one_in(8)) answer.sequence = draw_.number<std::uint16_t>();
    return answer;
}

std::vector<Adopted> AnyRunner::adopt() {
    std::vector<Adopted> all;
    for (unsigned left = draw_.below(4); left > 0; --left)
        all.push_back(adopted());
    return all;
}

Adopted AnyRunner::adopted() {
    constexpr unsigned fates = static_cast<unsigned>(Fate::failed) + 1;
    Adopted found{.key = key(),
                  .fate = static_cast<Fate>(draw_.below(fates)),
                  .pid = static_cast<int>(draw_.below(3)),
                  .device = draw_.below(4),
                  .ready = draw_.flag(),
                  .command = "x"};
    if (draw_.flag()) found.failures = {1 + draw_.below(40), TimePoint(Duration(draw_.below(1U << 30))), "y"};
    return found;
}

std::optional<int> AnyRunner::start(const Launch& launch, std::string& trouble) {
    faults_.may_fail();
    constexpr std::size_t most = 64;
    if (draw_.one_in(4)) {
        trouble = "no";
        return std::nullopt;
    }
    started_.push_back(launch.key);
    if (started_.size() > most) started_.pop_front();
    return 1 + static_cast<int>(draw_.below(9));
}

std::string AnyRunner::run(const Helper& helper, const std::vector<std::string>&, Duration) {
    if (draw_.one_in(4)) return "no";
    constexpr std::size_t most = 64;
    helpers_.push_back(helper);
    if (helpers_.size() > most) helpers_.pop_front();
    return {};
}

std::vector<Device> AnyRunner::devices(const MatchConfig&) {
    std::vector<Device> all;
    for (unsigned i = draw_.below(3); i > 0; --i)
        all.push_back({"d" + std::to_string(i), "/dev/d", "/sys/d", 1 + draw_.below(3)});
    return all;
}

ServiceKey AnyRunner::key() {
    if (started_.empty() || draw_.one_in(4)) return {draw_.flag() ? "a" : "b", draw_.flag() ? "" : "d1"};
    return started_[draw_.below(static_cast<unsigned>(started_.size()))];
}

ServiceEvent AnyRunner::event() {
    switch (draw_.below(7)) {
    case 0: return ServiceReady{key()};
    case 6: return ServiceSeen{key()};
    case 4: return ServiceStarted{key(), static_cast<int>(draw_.below(3))};
    case 5: return ServiceAdopted{adopted()};
    case 1: return ServiceEnded{key(), {.known = draw_.flag(), .code = draw_.byte()}};
    case 2:
        if (helpers_.empty()) return DevicesChanged{};
        return HelperEnded{helpers_[draw_.below(static_cast<unsigned>(helpers_.size()))],
                           {.code = draw_.flag() ? 1 : 0}};
    default: return DevicesChanged{};
    }
}

} // namespace had::test
