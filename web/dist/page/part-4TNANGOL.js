var t=i=>`${i.namespace}/${i.name} ${JSON.stringify(i.metadata)}`;export{t as a};
