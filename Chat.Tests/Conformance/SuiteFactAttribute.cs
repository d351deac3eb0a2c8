using System.ComponentModel;
using Chat.Tests.Support.Servers;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Chat.Tests.Conformance;

/// <summary>The servers without which no test of this class can run; the facts of a suite that it derives from are <see cref="SuiteFactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsAttribute(params Server[] servers) : Attribute
{
    public IReadOnlyList<Server> Servers { get; } = servers;
}

/// <summary>A fact of a conformance suite: what it needs is said by the class that runs it, as the suite cannot know.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Chat.Tests.Conformance.SuiteFactDiscoverer", "Chat.Tests")]
public sealed class SuiteFactAttribute : FactAttribute;

public sealed class SuiteFactDiscoverer(IMessageSink diagnosticMessageSink) : FactDiscoverer(diagnosticMessageSink)
{
    protected override IXunitTestCase CreateTestCase(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        new SuiteTestCase(DiagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod);
}

public sealed class SuiteTestCase : XunitTestCase
{
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("Called by xunit's de-serializer.")]
    public SuiteTestCase()
    {
    }

    public SuiteTestCase(IMessageSink diagnosticMessageSink, TestMethodDisplay display, TestMethodDisplayOptions displayOptions, ITestMethod testMethod)
        : base(diagnosticMessageSink, display, displayOptions, testMethod)
    {
    }

    protected override string GetSkipReason(IAttributeInfo factAttribute)
    {
        var needs = TestMethod.TestClass.Class.ToRuntimeType().GetCustomAttributes(typeof(NeedsAttribute), inherit: true).Cast<NeedsAttribute>();
        return base.GetSkipReason(factAttribute) ?? Needs.ReasonToSkip(needs.SelectMany(need => need.Servers))!;
    }
}
